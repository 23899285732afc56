/**
 * Alarms whose fields are not as they should be. All in the unknown protocol 0xFE, so that none goes on to the automation
 * software.
 *
 * @module
 */
import { messageId } from "../../ip/messages/mod.ts";
import { msToNtp } from "../../ip/ntp_time.ts";
import { planOf } from "../../ip/plan.ts";
import { maxData } from "../../ip/seal.ts";
import type { Judgement, Row } from "../row.ts";
import type { RctBench } from "./bench.ts";
import { harmlessEvent, UNANSWERED } from "./conversation.ts";

const GROUP = "Alarms out of shape";
const PROTOCOL = 0xfe;

/** An identifier that no edition uses. */
const UNKNOWN_FIELD = 0x6e;

interface Shape extends Pick<Row, "id" | "sent" | "expected"> {
  data: Uint8Array;
  /** True when the shape is no reason to refuse: it must be answered as the plain one is. */
  asPlain?: boolean;
}

/** Asks with each shape and compares with the plain one. */
export async function events(bench: RctBench): Promise<void> {
  const { peer } = bench;
  const { profile } = peer.link;
  bench.checkTime();
  const plain = await peer.ask(harmlessEvent(Date.now()));
  const usual = plain.kind === "answered" ? plain.result : "silence";
  if (plain.kind === "silent") await peer.sound([], true);
  const id = messageId(profile, "EVENT_MSG");
  for (const shape of shapes(bench)) {
    await bench.ask(GROUP, shape, () => peer.ask({ id, data: shape.data }), ({ result }): Judgement => {
      if (shape.asPlain === true) {
        return result === usual ? { verdict: "ok" } : {
          verdict: "weak",
          meaning:
            "An alarm is refused for what stands beside it: the SPT repeats it for ever and nobody sees it.",
        };
      }
      return result === "RESP_ACKNOWLEDGE"
        ? {
          verdict: "weak",
          meaning: "Acknowledged, though it cannot be read: the alarm is gone. Ask who is shown it.",
        }
        : { verdict: "ok" };
    }, UNANSWERED);
  }
}

function shapes({ peer }: RctBench): Shape[] {
  const { profile } = peer.link;
  const plan = planOf(profile);
  const { fieldLengthOctets } = profile.values;
  const field = (id: number, data: Uint8Array, length = data.length): number[] => {
    const octets = fieldLengthOctets === 1 ? [length & 0xff] : [length >> 8 & 0xff, length & 0xff];
    return [id, ...(plan.little ? octets.reverse() : octets), ...data];
  };
  const event = field(plan.eventFields.idOf("event"), new Uint8Array([PROTOCOL, 1, 2, 3]));
  const timeId = plan.eventFields.idOf("time-event");
  const join = (...parts: number[][]) => Uint8Array.from(parts.flat());
  const refused = "refused";
  const asPlain = {
    expected: "answered as without it: no reason to refuse an alarm",
    asPlain: true,
  } as const;
  const room = maxData(profile) - event.length - 1 - fieldLengthOctets;
  return [
    { id: "event-empty", sent: "EVENT_MSG without any field", expected: refused, data: new Uint8Array() },
    {
      id: "event-cut",
      sent: "EVENT_MSG, cut inside its only field",
      expected: refused,
      data: join(event).slice(0, -2),
    },
    {
      id: "event-length",
      sent: "EVENT_MSG, field length far beyond the message",
      expected: refused,
      data: join(field(event[0]!, new Uint8Array([PROTOCOL]), 0xffff)),
    },
    {
      id: "event-empty-field",
      sent: "EVENT_MSG with an empty Event field",
      expected: refused,
      data: join(field(event[0]!, new Uint8Array())),
    },
    {
      id: "event-missing",
      sent: "EVENT_MSG with a time and no Event field",
      expected: refused,
      data: join(field(timeId, new Uint8Array(8))),
    },
    { id: "event-two", sent: "EVENT_MSG with two Event fields", expected: refused, data: join(event, event) },
    {
      id: "event-unknown-field",
      sent: "EVENT_MSG with an unknown field 0x6E",
      ...asPlain,
      data: join(event, field(UNKNOWN_FIELD, new Uint8Array([9, 9, 9]))),
    },
    {
      id: "event-unknown-first",
      sent: "EVENT_MSG with an unknown field before the Event field",
      ...asPlain,
      data: join(field(UNKNOWN_FIELD, new Uint8Array([9])), event),
    },
    {
      id: "event-bad-time",
      sent: "EVENT_MSG with a time of 3 octets",
      ...asPlain,
      data: join(event, field(timeId, new Uint8Array(3))),
    },
    {
      id: "event-far-time",
      sent: "EVENT_MSG with a time 30 years ahead",
      ...asPlain,
      data: join(event, field(timeId, ntp(Date.now() + 30 * 365 * 86_400_000))),
    },
    {
      id: "event-bad-text",
      sent: "EVENT_MSG with a text that is no UTF-8",
      ...asPlain,
      data: join(event, field(0x03, new Uint8Array([0xff, 0xfe, 0x00]))),
    },
    {
      id: "event-cut-behind",
      sent: "EVENT_MSG, cut in a field after the whole Event field",
      ...asPlain,
      data: join(event, field(UNKNOWN_FIELD, new Uint8Array([9]), 40)),
    },
    {
      id: "event-largest",
      sent: "EVENT_MSG as long as a datagram allows",
      ...asPlain,
      data: join(
        event,
        field(UNKNOWN_FIELD, new Uint8Array(Math.min(room, 2 ** (8 * fieldLengthOctets) - 1))),
      ),
    },
  ];
}

function ntp(ms: number): Uint8Array {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, msToNtp(ms));
  return octets;
}
