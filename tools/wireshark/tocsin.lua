--[[
Wireshark dissector for alarms over IP: IEC TS 60839-7-8 = CLC/TS 50136-9, in Tocsin's reconstructed profile.

The profile is reconstructed, unverified against the published text: other makers' equipment may differ.
How to install it, give it keys and filter: README.md beside this file. The other .lua files here belong to it.

How it works: examine() reads a datagram once, in the order of the capture, and remembers what it found by frame
number; keys, sequence numbers and links between frames change there and nowhere else. show() only draws what was found,
as often as Wireshark asks. No key is ever drawn, and the key octets of an opened datagram are shown as zeros.

Runs on Lua 5.1 (with BitOp) to 5.4.
]]

local here = __DIR__ or debug.getinfo(1, "S").source:match("^@(.*[/\\])") or "./"
if not here:find("[/\\]$") then here = here .. "/" end

-- Files of this folder by name, each run once. Not by require(): another plugin may have a file of the same name.
local loaded = {}
local function use(name)
  if loaded[name] == nil then
    local chunk, why = loadfile(here .. name .. ".lua")
    if not chunk then
      error(("tocsin.lua needs %s.lua beside it, install the whole folder: %s"):format(name, tostring(why)))
    end
    loaded[name] = chunk(use)
  end
  return loaded[name]
end

use("self_check")
local PROFILE, known, opening, fields = use("tables"), use("known"), use("opening"), use("fields")
local examine, show, uint = use("examine"), use("draw"), use("octets").uint
local VALUES = PROFILE.values

local tocsin = Proto("tocsin", "Alarm transmission over IP (IEC TS 60839-7-8, reconstructed profile)")

tocsin.prefs.port = Pref.range("UDP ports", tostring(VALUES.udpPort), "Ports at which an RCT listens", 65535)
tocsin.prefs.key_file = Pref.string("Key file", "",
  "Full path. Lines: HANDLE KEY [aes-128|aes-256] [sha-256|ripemd-256] [name], or: secret DEVICE-ID KEY")
tocsin.prefs.master_keys = Pref.string("Master keys", "",
  "The same lines, with ; between them. Wireshark stores preferences in clear: a key file is the safer place")

for _, list in ipairs({ { "fields", fields.F }, { "experts", fields.E } }) do
  local made = {}
  for _, one in pairs(list[2]) do made[#made + 1] = one end
  tocsin[list[1]] = made
end

function tocsin.init()
  known.start_over(tocsin.prefs.key_file or "", tocsin.prefs.master_keys or "")
  for _, problem in ipairs(known.keys.problems) do if warn then warn("tocsin: " .. problem) end end
end

local function octets_captured(tvb) return tvb:len() > 0 and tvb:raw(0, tvb:len()) or "" end

--- What examine() finds in this datagram of this frame; it is asked once.
local function record_of(tvb, pinfo)
  local datagram, total = octets_captured(tvb), tvb:reported_len()
  local of_frame = known.frames[pinfo.number]
  if not of_frame then
    of_frame = {}
    known.frames[pinfo.number] = of_frame
  end
  local record = of_frame[datagram]
  if not record then
    record = examine(datagram, total, {
      frame = pinfo.number,
      time = pinfo.rel_ts,
      from = ("%s:%d"):format(tostring(pinfo.src), pinfo.src_port),
      to = ("%s:%d"):format(tostring(pinfo.dst), pinfo.dst_port),
      quoted = pinfo.in_error_pkt,
    })
    record.epoch = pinfo.abs_ts
    of_frame[datagram] = record
  end
  return record
end

function tocsin.dissector(tvb, pinfo, tree)
  local total = tvb:reported_len()
  if total == 0 then return 0 end
  local record = record_of(tvb, pinfo)
  pinfo.cols.protocol = "TOCSIN"
  pinfo.cols.info = show(record, tvb, tree:add(tocsin, tvb()), total)
  return tvb:len()
end

--- Whether a datagram on any port is ours: its handle is known, or it is a clear message with the right hash.
local function is_ours(datagram, total)
  if total < PROFILE.headerOctets + opening.HASH_OCTETS or total > VALUES.maxReceive then return false end
  local handle = uint(datagram, PROFILE.header.handle[1], PROFILE.header.handle[2])
  local familiar = known.handles[handle] or known.keys.masters[handle]
  if familiar and (total - VALUES.clearOctets) % 16 == 0 then return true end
  return opening.plausible(datagram, total) and opening.fitting_hash(datagram, VALUES.initialHash) ~= nil
end

tocsin:register_heuristic("udp", function(tvb, pinfo, tree)
  if tvb:len() < tvb:reported_len() or not is_ours(octets_captured(tvb), tvb:len()) then return false end
  tocsin.dissector(tvb, pinfo, tree)
  return true
end)

local ports
local function listen()
  local udp = DissectorTable.get("udp.port")
  if ports and ports ~= "" then udp:remove(ports, tocsin) end
  ports = tocsin.prefs.port
  if ports ~= "" then udp:add(ports, tocsin) end
end

function tocsin.prefs_changed()
  if ports ~= tocsin.prefs.port then listen() end
end

listen()
DissectorTable.get("udp.port"):add_for_decode_as(tocsin)
