-- Fields and expert remarks, as Wireshark filters know them.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE = use("tables")
local VALUES = PROFILE.values
local F = {}

local function field(name, made)
  assert(not F[name], name)
  F[name] = made
end
local function number(name, label, size, shown, names)
  field(name, ProtoField["uint" .. size * 8]("tocsin." .. name, label, shown or base.DEC, names))
end
local function part(name, label) field(name, ProtoField.none("tocsin." .. name, label)) end
local function octets(name, label) field(name, ProtoField.bytes("tocsin." .. name, label)) end
local function words(name, label) field(name, ProtoField.string("tocsin." .. name, label)) end
local function flag(name, label, bits, mask, when_set, when_clear)
  field(name, ProtoField.bool("tocsin." .. name, label, bits, { when_set, when_clear }, mask))
end
local function frame(name, label, kind)
  field(name, ProtoField.framenum("tocsin." .. name, label, base.NONE, kind))
end
local function time(name, label) field(name, ProtoField.absolute_time("tocsin." .. name, label, base.UTC)) end

local function size_of(member) return PROFILE.header[member] and PROFILE.header[member][2] or 1 end

part("header", "Header")
number("handle", "Connection handle", size_of("handle"), base.HEX)
octets("device_id", "Device ID of the sender")
number("tx", "TX sequence number", size_of("tx"))
number("rx", "RX sequence number (TX expected next)", size_of("rx"))
number("flags", "Flags", size_of("flags"), base.HEX)
flag("flags.reverse", "On the RCT's initiative", size_of("flags") * 8, VALUES.reverseFlag, "yes", "not said")
number("version", "Protocol version", size_of("version"))
number("msg", "Message", size_of("messageId"), base.HEX, PROFILE.messages)
number("length", "Message length", size_of("length"))
words("direction", "Direction")
part("message_data", "Message data")
octets("data", "Octets that cannot be read")
octets("trailing", "Octets that this profile does not know")
octets("padding", "Padding")
octets("hash", "Hash")
words("hash.status", "Hash status")
words("hash.algorithm", "Hash algorithm")
words("encryption", "Encryption of this datagram")
octets("ciphertext", "Encrypted octets")
words("key.source", "Key")
frame("key.frame", "Key came in frame", frametype.NONE)
words("site", "Site (from the key file)")
frame("retransmission", "Retransmission of frame", frametype.DUP_ACK)
frame("response_to", "Response to frame", frametype.REQUEST)
frame("response_in", "Response in frame", frametype.RESPONSE)
field("response_time", ProtoField.relative_time("tocsin.response_time", "Response time"))

number("result", "Result", 1, base.HEX, PROFILE.results)
number("new_handle", "New connection handle", size_of("handle"), base.HEX)
octets("told_device_id", "Device ID")
number("device_id.flags", "Flags", 1, base.HEX)
flag("device_id.flags.master", "Commissioning: register the ID", 8, VALUES.deviceIdMasterFlag, "yes", "no")
number("encryption.flags", "Flags", 1, base.HEX)
flag("encryption.flags.master", "For", 8, VALUES.selectMasterFlag, "master set", "session set")
number("encryption.offer", "Encryption offered", 1, base.DEC, PROFILE.encryptions)
number("encryption.chosen", "Encryption chosen", 1, base.DEC, PROFILE.encryptions)
number("key.flags", "Flags", 1, base.HEX)
flag("key.flags.from_rct", "Direction", 8, VALUES.keyFromRctFlag, "the RCT brings a key", "the SPT asks for a key")
flag("key.flags.master", "For", 8, VALUES.keyMasterFlag, "master set", "session set")
field("key.present", ProtoField.bool("tocsin.key.present", "Key field holds a key (never shown)"))
number("hash.offer", "Hash offered", 1, base.DEC, PROFILE.hashes)
number("hash.chosen", "Hash chosen", 1, base.DEC, PROFILE.hashes)
number("interval", "Heartbeat interval (s)", 4)
number("poll_mode", "Who polls", 1, base.DEC, PROFILE.pollModes)
time("time", "Time")
number("told_version", "Version", 1)
field("rct.ipv4", ProtoField.ipv4("tocsin.rct.ipv4", "RCT address"))
field("rct.ipv6", ProtoField.ipv6("tocsin.rct.ipv6", "RCT address"))
number("rct.port", "RCT port", VALUES.portOctets)
octets("transparent", "Transparent octets")

part("event.part", "Field")
number("event.field", "Field", VALUES.fieldIdOctets, base.HEX, PROFILE.eventFields)
number("event.field_length", "Field length", VALUES.fieldLengthOctets)
number("event.protocol", "Protocol", 1, base.HEX, PROFILE.protocols)
octets("event.data", "Event data")
words("event.text", "Event text")
words("event.account", "Account")
octets("event.raw", "Field data")
field("event.link_ipv4", ProtoField.ipv4("tocsin.event.link_ipv4", "Link: IP address"))
field("event.link_ipv6", ProtoField.ipv6("tocsin.event.link_ipv6", "Link: IP address"))

--- What is in an event field: by its name, and text unless it is one of these.
local EVENT_KINDS = {
  event = "event", ["time-event"] = "time", ["time-message"] = "time",
  ["link-ip-address"] = "address", ["link-ip-port"] = "port",
}

local function event_field(name) return "event." .. name:gsub("-", "_") end

for _, name in pairs(PROFILE.eventFields) do
  local kind, label = EVENT_KINDS[name], name:sub(1, 1):upper() .. name:sub(2):gsub("-", " ")
  if kind == "time" then time(event_field(name), label)
  elseif kind == "port" then number(event_field(name), label, VALUES.portOctets)
  elseif not kind then
    field(event_field(name), ProtoField.string("tocsin." .. event_field(name), label, base.UNICODE))
  end
end

local E, GROUP, SEVERITY = {}, expert.group, expert.severity
local function remark(name, text, group, severity)
  E[name] = ProtoExpert.new("tocsin.expert." .. name, text, group, severity)
end
remark("bad_hash", "Hash incorrect", GROUP.CHECKSUM, SEVERITY.ERROR)
remark("other_hash", "Another hash than the one in force", GROUP.PROTOCOL, SEVERITY.NOTE)
remark("retransmission", "Retransmission", GROUP.SEQUENCE, SEVERITY.NOTE)
remark("sequence", "Sequence number jumps", GROUP.SEQUENCE, SEVERITY.WARN)
remark("reused", "Sequence number used again", GROUP.SEQUENCE, SEVERITY.WARN)
remark("refused", "Not acknowledged", GROUP.RESPONSE_CODE, SEVERITY.NOTE)
remark("unknown_message", "Message that the profile does not know", GROUP.UNDECODED, SEVERITY.WARN)
remark("unknown_field", "Field that the profile does not know", GROUP.UNDECODED, SEVERITY.NOTE)
remark("trailing", "More octets than the profile knows", GROUP.UNDECODED, SEVERITY.NOTE)
remark("bad_data", "Message cannot be read in full", GROUP.MALFORMED, SEVERITY.ERROR)
remark("downgrade", "Sent in clear", GROUP.SECURITY, SEVERITY.WARN)
remark("no_key", "Encrypted, no key", GROUP.DECRYPTION, SEVERITY.NOTE)
remark("key_file", "Key file or master keys", GROUP.DECRYPTION, SEVERITY.WARN)
remark("cut", "Cut short by the capture", GROUP.UNDECODED, SEVERITY.NOTE)

return { F = F, E = E, EVENT_KINDS = EVENT_KINDS, event_field = event_field, size_of = size_of }
