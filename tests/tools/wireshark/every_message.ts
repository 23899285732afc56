/** Every message of every edition, and the fields that the dissector shows of it. */
import { type Message, msToNtp, reconstructed2020 as profile } from "../../../src/ip/mod.ts";
import { PROFILES } from "../../../tools/wireshark/generate.ts";
import { START } from "../../capture/dissected.ts";
import { ascii, FILLED, NO_KEY, result } from "./asserted.ts";

type Expected = Record<string, string | string[]>;
export const deviceId = Uint8Array.from({ length: 16 }, (_, i) => i);
export const OCTETS = Uint8Array.fromHex("00ff10");
const noon = msToNtp(START + 0.25);

export const EVERY: [Message, Expected][] = [
  [{ name: "POLL_MSG" }, {}],
  [{ name: "POLL_MSG", trailing: OCTETS }, { "tocsin.trailing": "00ff10" }],
  [{ name: "POLL_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "POLL_RESP", result: "RESP_POLL_TOO_FAST" }, { "tocsin.result": "0x0a" }],
  [{ name: "EVENT_RESP", result: "RESP_0x7b" }, { "tocsin.result": "0x7b" }],
  [
    { name: "EVENT_MSG", fields: [{ field: "event", protocol: "sia", data: ascii("#1234|NBA01") }] },
    {
      "tocsin.event.field": "0x00",
      "tocsin.event.field_length": "12",
      "tocsin.event.protocol": "0x01",
      "tocsin.event.data": ascii("#1234|NBA01").toHex(),
      "tocsin.event.text": "#1234|NBA01",
      "tocsin.event.account": "1234",
    },
  ],
  [
    {
      name: "EVENT_MSG",
      fields: [
        { field: "time-event", time: noon },
        { field: "time-message", time: msToNtp(Date.UTC(2040, 0, 1)) },
        { field: "event", protocol: "contact-id", data: ascii("987618113001015") },
        { field: "alarm-text", text: "Einbruch" },
        { field: "site-name", text: "Fürst & Söhne" },
        { field: "building-name", text: "" },
        { field: "location", text: "警報" },
        { field: "room", text: "Room 7" },
        { field: "alarm-trigger", text: "PIR" },
        { field: "longitude", text: "8.541694" },
        { field: "latitude", text: "47.376887" },
        { field: "altitude", text: "408" },
        { field: "link-ip-address", address: Uint8Array.fromHex("00000000000000000000ffffc0000209") },
        { field: "link-ip-address", address: Uint8Array.fromHex("20010db8000000000000000000000001") },
        { field: "link-ip-port", port: 554 },
        { field: "link-url", text: "rtsp://192.0.2.9/1" },
        { field: "link-filename", text: "1.jpg" },
        { field: "raw", id: 0x99, data: OCTETS },
      ],
    },
    {
      "tocsin.event.field": "01 02 00 03 04 05 06 07 08 09 0a 0b 80 80 81 82 83 99".split(" ").map((id) =>
        `0x${id}`
      ),
      "tocsin.event.time_event": "Nov 21, 2026 12:00:00.000250000 UTC",
      "tocsin.event.time_message": "Jan  1, 2040 00:00:00.000000000 UTC",
      "tocsin.event.protocol": "0x02",
      "tocsin.event.text": "987618113001015",
      "tocsin.event.account": "9876",
      "tocsin.event.alarm_text": "Einbruch",
      "tocsin.event.site_name": "Fürst & Söhne",
      "tocsin.event.building_name": "",
      "tocsin.event.location": "警報",
      "tocsin.event.room": "Room 7",
      "tocsin.event.alarm_trigger": "PIR",
      "tocsin.event.longitude": "8.541694",
      "tocsin.event.latitude": "47.376887",
      "tocsin.event.altitude": "408",
      "tocsin.event.link_ipv4": "192.0.2.9",
      "tocsin.event.link_ipv6": "2001:db8::1",
      "tocsin.event.link_ip_port": "554",
      "tocsin.event.link_url": "rtsp://192.0.2.9/1",
      "tocsin.event.link_filename": "1.jpg",
      "tocsin.event.raw": "00ff10",
    },
  ],
  [
    { name: "EVENT_MSG", fields: [{ field: "event", protocol: "vds2465", data: OCTETS }] },
    { "tocsin.event.protocol": "0x04", "tocsin.event.data": "00ff10", "tocsin.event.text": [] },
  ],
  [
    { name: "EVENT_MSG", fields: [{ field: "event", protocol: "protocol-0x81", data: ascii("a\0\xff") }] },
    { "tocsin.event.protocol": "0x81", "tocsin.event.text": "a\\x00\\xc3\\xbf" },
  ],
  [{ name: "CONN_HANDLE_REQ" }, {}],
  [{ name: "CONN_HANDLE_RESP", result, handle: 0xdeadbeef }, { "tocsin.new_handle": "0xdeadbeef" }],
  [
    { name: "CONN_HANDLE_RESP", result: "RESP_DEVICE_NOT_ALLOWED", handle: 0, bare: true },
    { "tocsin.result": "0x08", "tocsin.new_handle": [], "tocsin.expert.bad_data": [] },
  ],
  [
    { name: "DEVICE_ID_REQ", master: true, deviceId },
    {
      "tocsin.told_device_id": deviceId.toHex(),
      "tocsin.device_id.flags": "0x01",
      "tocsin.device_id.flags.master": "1",
    },
  ],
  [{ name: "DEVICE_ID_RESP", result, deviceId }, { "tocsin.told_device_id": deviceId.toHex() }],
  [
    { name: "ENCRYPT_SELECT_REQ", master: true, reserved: 0x80, offers: ["aes-256", "encryption-0x07"] },
    {
      "tocsin.encryption.flags": "0x82",
      "tocsin.encryption.flags.master": "1",
      "tocsin.encryption.offer": ["2", "7"],
    },
  ],
  [
    { name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: "aes-128" },
    { "tocsin.encryption.flags.master": "0", "tocsin.encryption.chosen": "1" },
  ],
  [
    { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: NO_KEY },
    { "tocsin.key.flags": "0x00", "tocsin.key.flags.from_rct": "0", "tocsin.key.present": "0" },
  ],
  [
    { name: "ENCRYPT_KEY_RESP", result, master: true, fromRct: true, key: FILLED(0x77) },
    {
      "tocsin.key.flags": "0x03",
      "tocsin.key.flags.from_rct": "1",
      "tocsin.key.flags.master": "1",
      "tocsin.key.present": "1",
    },
  ],
  [{ name: "HASH_SELECT_REQ", offers: ["sha-256", "ripemd-256"] }, { "tocsin.hash.offer": ["0", "1"] }],
  [{ name: "HASH_SELECT_RESP", result, hash: "sha-256" }, { "tocsin.hash.chosen": "0" }],
  [
    { name: "PATH_SUPERVISION_REQ", intervalS: 4_000_000_000, mode: "pull" },
    { "tocsin.interval": "4000000000", "tocsin.poll_mode": "1" },
  ],
  [
    { name: "PATH_SUPERVISION_RESP", result: "RESP_POLL_TOO_SLOW", intervalS: 90, mode: "push" },
    { "tocsin.result": "0x0b", "tocsin.interval": "90", "tocsin.poll_mode": "0" },
  ],
  [{ name: "SET_TIME_CMD", time: noon }, { "tocsin.time": "Nov 21, 2026 12:00:00.000250000 UTC" }],
  [{ name: "SET_TIME_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "VERSION_REQ", version: 3 }, { "tocsin.told_version": "3" }],
  [{ name: "VERSION_RESP", result, version: 1 }, { "tocsin.told_version": "1" }],
  [{ name: "PMTU_REQ", data: OCTETS }, { "tocsin.data": "00ff10" }],
  [{ name: "PMTU_RESP", result: "RESP_CMD_NOT_SUPPORTED" }, { "tocsin.result": "0x00" }],
  [{ name: "PMTU_PROBE", data: OCTETS }, { "tocsin.data": "00ff10" }],
  [{ name: "PMTU_PROBE_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "DTLS_COMPLETE_REQ" }, {}],
  [{ name: "DTLS_COMPLETE_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "RCT_IP_PARAM_REQ" }, {}],
  [
    {
      name: "RCT_IP_PARAM_RESP",
      result,
      addresses: [
        { address: Uint8Array.fromHex("00000000000000000000ffffc0000201"), port: 50136 },
        { address: Uint8Array.fromHex("20010db8000000000000000000000002"), port: 50137 },
      ],
    },
    {
      "tocsin.rct.ipv4": "192.0.2.1",
      "tocsin.rct.ipv6": "2001:db8::2",
      "tocsin.rct.port": ["50136", "50137"],
    },
  ],
  [{ name: "TRANSPARENT_MSG", data: OCTETS }, { "tocsin.transparent": "00ff10" }],
  [{ name: "TRANSPARENT_RESP", result, data: OCTETS }, {
    "tocsin.result": "0x01",
    "tocsin.transparent": "00ff10",
  }],
];

/** All editions in one, to write any message with. */
export const ANY = {
  ...profile,
  messages: [...new Map(PROFILES.flatMap(({ messages }) => messages).map((row) => [row.id, row])).values()],
};
