import { Buffer } from "node:buffer";
import { SiaReceiver } from "../tests/peers/iobroker_sia.ts";
import { VdsReceiver } from "../tests/peers/iobroker_vds2465.ts";
import { checkSent, deviceSide, FIRST, frameOf, TIMES, type Work } from "./beside_ours.ts";
import { DEVICE, SITE } from "./languages.ts";

/** What the npm peers do with the same octets, by language. */
export function peer(): Record<string, Work> {
  return {
    dc09: frames("dc09", false),
    dc09_aes: frames("dc09_aes", true),
    vds2465_tcp: conversation(0),
    vds2465_tcp_aes: conversation(DEVICE.number),
  };
}

/** Reading frames to the fields. They come cut, as this peer cannot cut a stream, and in a Buffer, as of a socket. */
function frames(name: string, encrypted: boolean): Work {
  const frame = Buffer.from(frameOf(name).frame);
  const receiver = new SiaReceiver({ host: "127.0.0.1", port: 0, timeout: 0, sockend: true });
  receiver.setAccounts([{ accountnumber: SITE.account, aes: encrypted, hex: false, password: SITE.key }]);
  const data = `#${SITE.account}|Nri1/BA5`;
  return () => {
    for (let i = 0; i < TIMES; i++) {
      if (receiver.parseSIA(frame).data_message !== data) {
        throw new Error(`${name}: the peer reads something else`);
      }
    }
    return TIMES;
  };
}

/** A whole conversation: each alarm is read and acknowledged. */
function conversation(key: number): Work {
  const { sync, alarms } = deviceSide(key);
  const pieces = [sync, ...alarms].map((telegram) => Buffer.from(telegram));
  // The peer takes its first counter from here.
  Math.random = () => FIRST / 0xffffffff + 1e-12;
  return () => {
    let sent = 0;
    const receiver = new VdsReceiver();
    receiver.addDevice(DEVICE.ident, true, key, key === 0 ? undefined : DEVICE.key);
    receiver.connect({ write: () => sent++, end: () => {} });
    for (const piece of pieces) receiver.received(piece);
    receiver.disconnect();
    return checkSent(sent);
  };
}
