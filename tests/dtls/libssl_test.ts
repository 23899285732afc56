import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { openLibssl } from "../../src/dtls/libssl.ts";
import { dtlsTest } from "./rct.ts";

Deno.test("a library that is missing, or is another one, is said plainly", () => {
  for (const paths of [{ ssl: "libssl.so.none" }, { ssl: "libc.so.6" }]) {
    const error = assertThrows(() => openLibssl(paths), DtlsError);
    assertEquals(error.rule, "library-missing");
    assertStringIncludes(error.message, `${paths.ssl} of OpenSSL 3: install libssl3`);
  }
});

dtlsTest("a missing libcrypto leaves nothing open", async () => {
  const error = assertThrows(() => openLibssl({ crypto: "libcrypto.so.none" }), DtlsError);
  assertStringIncludes(error.message, "libcrypto.so.none");
  await Promise.resolve();
});

Deno.test("without --allow-ffi the message names the right, and not the library", async () => {
  const module = new URL("../../src/dtls/libssl.ts", import.meta.url);
  const folder = await Deno.makeTempDir();
  try {
    const script = `${folder}/open.ts`;
    await Deno.writeTextFile(
      script,
      `import { openLibssl } from "${module}"; try { openLibssl(); } catch (e) { console.log(e.message); }`,
    );
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--no-check", "--no-config", script],
      stdin: "null",
      stderr: "inherit",
    }).output();
    assertStringIncludes(new TextDecoder().decode(stdout), "start it with --allow-ffi");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
