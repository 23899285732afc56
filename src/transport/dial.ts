/**
 * One attempt to connect over TCP, with or without TLS.
 *
 * @module
 */

/** How TLS is spoken. */
export interface DialTls {
  /** Certificates in PEM that the peer's may be signed by, beside those that Deno or the system trusts. */
  ca?: string;
}

/** Options of {@link dial}. */
export interface DialOptions {
  hostname: string;
  port: number;
  /** Undefined: in clear. */
  tls: DialTls | undefined;
  /** The attempt takes no longer, ms: a firewall that drops packets answers nothing. */
  connectMs: number;
}

/**
 * Connects.
 *
 * @param options Where to, and whether with TLS; the peer's certificate has to name `hostname`.
 * @param stop Ends the attempt.
 * @returns The connection, ready for use: with TLS the handshake is done.
 * @throws {Error} (rejects) With the reason in words.
 */
export async function dial(options: DialOptions, stop: AbortSignal): Promise<Deno.Conn<Deno.NetAddr>> {
  const { hostname, port, tls, connectMs } = options;
  const end = new AbortController();
  const abort = () => end.abort();
  if (stop.aborted) abort();
  stop.addEventListener("abort", abort);
  const timer = setTimeout(abort, connectMs);
  let open: Deno.Conn<Deno.NetAddr> | undefined;
  // An attempt to shake hands ends only with its connection.
  end.signal.addEventListener("abort", () => close(open));
  try {
    const conn = await Deno.connect({ hostname, port, signal: end.signal });
    open = conn;
    // One small frame at a time is the rule here: waiting to fill a segment would only delay the alarm.
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
    if (tls !== undefined) {
      const caCerts = tls.ca === undefined ? [] : [tls.ca];
      const secured = await Deno.startTls(conn, { hostname, caCerts });
      open = secured;
      await secured.handshake();
    }
    end.signal.throwIfAborted();
    return open;
  } catch (error) {
    close(open);
    throw new Error(end.signal.aborted ? `no answer within ${connectMs / 1000} s` : reason(error, tls), {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
}

function close(conn: Deno.Conn<Deno.NetAddr> | undefined): void {
  try {
    conn?.close();
  } catch { /* closed before */ }
}

/** What went wrong, and with TLS what to do about it. */
function reason(error: unknown, tls: DialTls | undefined): string {
  const said = error instanceof Error ? error.message : String(error);
  if (tls === undefined || error instanceof Deno.errors.ConnectionRefused) return said;
  const [, why] = /certificate:?\s*(.*)/i.exec(said) ?? [];
  if (why !== undefined) return `its certificate is not trusted: ${certificateFault(why)}`;
  if (/corrupt message|InvalidContentType|InvalidMessage|UnexpectedMessage/i.test(said)) {
    return "what answers there does not speak TLS: check the port, or leave out TLS";
  }
  return said;
}

function certificateFault(why: string): string {
  if (/not ?valid ?for ?name/i.test(why)) return "it names another host: connect by the name it was made for";
  if (/unknown ?issuer|self.?signed/i.test(why)) {
    return "nobody known has signed it: give the CA's file as ca";
  }
  if (/Expired/i.test(why)) return "it has expired, or this machine's clock is wrong";
  if (/not ?valid ?yet/i.test(why)) return "it is not valid yet, or this machine's clock is wrong";
  if (/ca ?used ?as ?end ?entity/i.test(why)) {
    return "it is that of a CA: the server needs one of its own, signed by it";
  }
  return why.slice(0, 200);
}
