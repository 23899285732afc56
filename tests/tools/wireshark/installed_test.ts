/** The dissector where it is used: other versions of Lua, the folder of plugins, its README. */
import { assert, assertEquals } from "@std/assert";
import { keySet, LOADED, Tape } from "../../capture/dissected.ts";
import { captureOf, tshark, TSHARK_TEST } from "../../capture/tshark.ts";
import { remarks } from "./asserted.ts";
import { setup } from "./connection.ts";

Deno.test({
  ...TSHARK_TEST,
  name: "a Lua without bit32 reckons the same with BitOp",
  async fn() {
    const { tape, keys } = setup();
    const out = await tshark(
      captureOf(tape.datagrams),
      ["-X", "lua_script:FOLDER/old.lua", ...LOADED, "-o", "tocsin.key_file:FOLDER/keys.txt"]
        .concat(["-T", "fields", "-e", "tocsin.hash.status"]),
      { "old.lua": '_G.bit32 = nil\n_G._VERSION = "Lua 5.1"\n', "keys.txt": keys },
    );
    assertEquals(out.trimEnd().split("\n"), Array(16).fill("correct"));
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "installed as a plugin folder it is found, and no file of it is run twice",
  async fn() {
    const { tape, keys } = setup();
    const folder = await Deno.makeTempDir({ prefix: "tocsin-plugin-" });
    try {
      // Where Wireshark of this user looks for plugins in Lua.
      const plugin = `${folder}/.local/lib/wireshark/plugins/tocsin`;
      await Deno.mkdir(plugin, { recursive: true });
      const source = new URL("../../../tools/wireshark/", import.meta.url);
      for await (const { name, isFile } of Deno.readDir(source)) {
        if (isFile) await Deno.copyFile(new URL(name, source), `${plugin}/${name}`);
      }
      await Deno.writeTextFile(`${folder}/keys.txt`, keys);
      await Deno.writeFile(`${folder}/capture.pcap`, captureOf(tape.datagrams));
      const { stdout, stderr } = await new Deno.Command("tshark", {
        args: [
          "-r",
          `${folder}/capture.pcap`,
          "-o",
          `tocsin.key_file:${folder}/keys.txt`,
          "-Y",
          "tocsin.event.text",
        ],
        env: { HOME: folder, WIRESHARK_CONFIG_DIR: folder, XDG_CONFIG_HOME: folder },
      }).output();
      const out = new TextDecoder().decode(stdout), err = new TextDecoder().decode(stderr);
      assert(out.includes("EVENT_MSG SIA #1234|NBA01"), `${out}${err}`);
      assert(!/Lua/.test(err), err);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "the README's filters and key file are right, and it names every remark",
  async fn() {
    const readme = await Deno.readTextFile(new URL("../../../tools/wireshark/README.md", import.meta.url));
    const { tape, keys } = setup();
    const filters = [...readme.matchAll(/^\| `(tocsin\.(?!expert)[^`]*)` \|/gm)].map(([, filter]) => filter!);
    assertEquals(filters.length, 8);
    const found = await Promise.all(
      filters.map((filter) =>
        tshark(captureOf(tape.datagrams), [
          "-2",
          ...LOADED,
          "-o",
          "tocsin.key_file:FOLDER/keys.txt",
          "-Y",
          filter,
        ], {
          "keys.txt": keys,
        })
      ),
    );
    const lines = (filter: string) => found[filters.indexOf(filter)]!.split("\n").length - 1;
    assertEquals(lines('tocsin.event.account == "1234"'), 1);
    assertEquals(lines("tocsin.msg == 0x30 && !tocsin.response_in"), 0);
    assertEquals(lines("tocsin.retransmission"), 2);
    assertEquals(lines('tocsin.site == "shop 12"'), 16);

    const sample = /```\n(# HANDLE[^`]*)```/.exec(readme)![1]!;
    const other = new Tape();
    other.say("->", keySet(0x31).prepared, { handle: 1, tx: 1, rx: 1 }, { name: "POLL_MSG" });
    assertEquals((await other.read({ keys: sample })).map(remarks), [["no_key"]]);

    const source = await Deno.readTextFile(new URL("../../../tools/wireshark/fields.lua", import.meta.url));
    for (const [, name] of source.matchAll(/^remark\("(\w+)"/gm)) {
      assert(readme.includes(`.${name}\``), `${name} is not in the README`);
    }
  },
});
