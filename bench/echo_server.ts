/** The ceilings: a UDP echo and a TCP server that answers each read with one octet. Prints its ports, runs until killed. */
const udp = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(JSON.stringify({ udp: (udp.addr as Deno.NetAddr).port, tcp: (tcp.addr as Deno.NetAddr).port }));

(async () => {
  const buffer = new Uint8Array(2048);
  for (;;) {
    const [bytes, from] = await udp.receive(buffer);
    udp.send(bytes.slice(), from).catch(() => {});
  }
})();

const ACK = new Uint8Array([0x06]);
for await (const conn of tcp) {
  conn.setNoDelay(true);
  (async () => {
    const buffer = new Uint8Array(16 * 1024);
    try {
      while (await conn.read(buffer) !== null) await conn.write(ACK);
    } catch { /* the client left */ }
    try {
      conn.close();
    } catch { /* closed */ }
  })();
}
