/**
 * Hands the cookies to OpenSSL.
 *
 * @module
 */
import type { Cookies } from "./cookies.ts";

const GENERATE = { parameters: ["pointer", "pointer", "pointer"], result: "i32" } as const;
const VERIFY = { parameters: ["pointer", "pointer", "u32"], result: "i32" } as const;

/**
 * The two functions that OpenSSL calls while `DTLSv1_listen` looks at a ClientHello. They are called on this thread and
 * before the call returns, so {@link CookieCallbacks.peer} is the one whose datagram is being looked at.
 */
export class CookieCallbacks {
  /** Address and port of the peer at hand. To be set before each call of `listen`. */
  peer = "";
  readonly #generate: Deno.UnsafeCallback<typeof GENERATE>;
  readonly #verify: Deno.UnsafeCallback<typeof VERIFY>;

  /**
   * @param cookies Makes and checks them.
   * @param now Steady time, ms.
   */
  constructor(cookies: Cookies, now: () => number) {
    this.#generate = new Deno.UnsafeCallback(
      GENERATE,
      (_ssl, out, lengthOut) =>
        // What throws here would take the process with it.
        guarded(() => {
          const cookie = cookies.make(this.peer, now());
          if (out === null || lengthOut === null) return false;
          // OpenSSL has room for 255 octets at `out`.
          new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(out, cookie.length)).set(cookie);
          new Uint32Array(Deno.UnsafePointerView.getArrayBuffer(lengthOut, 4))[0] = cookie.length;
          return true;
        }),
    );
    this.#verify = new Deno.UnsafeCallback(
      VERIFY,
      (_ssl, pointer, length) =>
        guarded(() => {
          if (pointer === null || length > 255) return false;
          const cookie = new Uint8Array(length);
          Deno.UnsafePointerView.copyInto(pointer, cookie);
          return cookies.accepts(this.peer, cookie, now());
        }),
    );
  }

  /** `app_gen_cookie_cb`. */
  get generate(): Deno.PointerObject {
    return this.#generate.pointer;
  }

  /** `app_verify_cookie_cb`. */
  get verify(): Deno.PointerObject {
    return this.#verify.pointer;
  }

  /** Frees them. Only when no engine of their context is left. */
  close(): void {
    this.#generate.close();
    this.#verify.close();
  }
}

function guarded(work: () => boolean): number {
  try {
    return work() ? 1 : 0;
  } catch {
    return 0;
  }
}
