-- Drawing message data: how the data of each message is laid out, and what of it the Info column says.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE, octets, names, fields = use("tables"), use("octets"), use("names"), use("fields")
local VALUES, F, E = PROFILE.values, fields.F, fields.E
local uint, flag_set, event_field, EVENT_KINDS = octets.uint, names.flag_set, fields.event_field, fields.EVENT_KINDS
local View = {}
View.__index = View

function View:left() return self.stop - self.at end

function View:problem(kind, text) self.tree:add_proto_expert_info(E[kind], text) end

function View:take(size)
  local at = self.at
  self.at = at + size
  return at
end

function View:number(name, size)
  local at = self:take(size)
  local value = uint(self.plain, at, size)
  return value, self.tree:add(F[name], self.tvb(at, size), value)
end

function View:octets(name, size)
  if size == 0 then return "" end
  local at = self:take(size)
  self.tree:add(F[name], self.tvb(at, size))
  return self.plain:sub(at + 1, at + size)
end

function View:flags(name, ...)
  local at = self.at
  local value, item = self:number(name, 1)
  for _, bit in ipairs({ ... }) do item:add(F[name .. "." .. bit], self.tvb(at, 1)) end
  return value
end

--- 64-bit NTP, big-endian in every profile; the era is the one nearest to the time of capture.
function View:ntp(name)
  local at = self:take(8)
  local a, b, c, d, e, f, g, h = self.plain:byte(at + 1, at + 8)
  local seconds = (((a * 256 + b) * 256 + c) * 256 + d) - 2208988800
  local fraction = (((e * 256 + f) * 256 + g) * 256 + h) / 2 ^ 32
  seconds = seconds + math.floor((self.now - seconds) / 2 ^ 32 + 0.5) * 2 ^ 32
  local nanoseconds = math.min(999999999, math.floor(fraction * 1e9 + 0.5))
  self.tree:add(F[name], self.tvb(at, 8), NSTime.new(seconds, nanoseconds))
end

--- An address in a field of `size` octets: the first 16 count; IPv4 as ::ffff:a.b.c.d.
function View:address(ipv4, ipv6, size)
  local at = self:take(size)
  if self.plain:sub(at + 1, at + 12) == ("\0"):rep(10) .. "\255\255" then
    self.tree:add(F[ipv4], self.tvb(at + 12, 4))
  else
    self.tree:add(F[ipv6], self.tvb(at, 16))
  end
end

--- The size of an address, which the editions do not agree on: the first for which `fits` is true.
local function address_size(fits)
  for _, size in ipairs(VALUES.addressOctets) do
    if fits(size) then return size end
  end
end

local EVENT = {}

--- The alarm itself. Returns its text, for the Info column.
function EVENT.event(view, size)
  if size == 0 then
    view:problem("bad_data", "The Event field is empty: it carries no alarm")
    return ""
  end
  local protocol = names.protocol((view:number("event.protocol", 1)))
  local at = view.at
  local data = view:octets("event.data", size - 1)
  if data == "" then return protocol:upper() end
  local text = octets.printable(data)
  if protocol == "vds2465" then return "VDS2465 " .. octets.hex(data) end
  view.tree:add(F["event.text"], view.tvb(at, #data), text)
  local account
  if protocol == "sia" then account = data:match("^#(%w+)")
  elseif protocol == "contact-id" then account = data:match("^(%x%x%x%x)[19]8%d") end
  if account then view.tree:add(F["event.account"], view.tvb(at, #data), account) end
  return protocol:upper() .. " " .. text
end

function EVENT.time(view, size, name)
  if size ~= 8 then return view:problem("bad_data", "A time has 8 octets, not " .. size) end
  view:ntp(event_field(name))
end

function EVENT.address(view, size)
  if not address_size(function(octets) return octets == size end) then
    return view:problem("bad_data", ("An address does not have %d octets"):format(size))
  end
  view:address("event.link_ipv4", "event.link_ipv6", size)
end

function EVENT.port(view, size, name)
  if size ~= VALUES.portOctets then
    return view:problem("bad_data", ("A port has %d octets, not %d"):format(VALUES.portOctets, size))
  end
  view:number(event_field(name), size)
end

function EVENT.text(view, size, name)
  local text = view.plain:sub(view.at + 1, view.at + size)
  if not octets.is_text(text) then return view:problem("bad_data", "The text is no UTF-8, or holds a NUL") end
  if size == 0 then
    view.tree:add(F[event_field(name)], "")
  else
    view.tree:add_packet_field(F[event_field(name)], view.tvb(view:take(size), size), ENC_UTF_8)
  end
end

local function draw_event(view)
  local head = VALUES.fieldIdOctets + VALUES.fieldLengthOctets
  local message, stop, texts = view.tree, view.stop, {}
  while view.at < stop do
    local left = stop - view.at
    local size = left >= head and uint(view.plain, view.at + VALUES.fieldIdOctets, VALUES.fieldLengthOctets) or 0
    if head + size > left then
      view:problem("bad_data", ("A field needs %d octets, %d are left"):format(head + size, left))
      break
    end
    local id = uint(view.plain, view.at, VALUES.fieldIdOctets)
    local name = PROFILE.eventFields[id]
    view.tree = message:add(F["event.part"], view.tvb(view.at, head + size))
    view.tree:set_text("Field: " .. (name or ("0x%02x"):format(id)))
    view:number("event.field", VALUES.fieldIdOctets)
    view:number("event.field_length", VALUES.fieldLengthOctets)
    view.stop = view.at + size
    if name then
      local text = EVENT[EVENT_KINDS[name] or "text"](view, size, name)
      if name == "event" then texts[#texts + 1] = text end
    else
      view:problem("unknown_field", ("Field 0x%02x is not in the profile"):format(id))
    end
    view:octets("event.raw", view:left())
    view.tree, view.stop = message, stop
  end
  if #texts ~= 1 then view:problem("bad_data", ("An EVENT_MSG has one Event field, this one has %d"):format(#texts)) end
  return table.concat(texts, ", ")
end

local function draw_list(view, name, name_at)
  local list = {}
  while view:left() > 0 do list[#list + 1] = name_at((view:number(name, 1))) end
  return table.concat(list, ", ")
end

--- The key field. It says whether there is a key, and never which.
local function draw_key(view)
  local at = view:take(VALUES.keyOctets)
  local key = view.plain:sub(at + 1, at + VALUES.keyOctets)
  local present = view.record.key_present or key:find("[^%z]") ~= nil
  view.tree:add(F["key.present"], view.tvb(at, VALUES.keyOctets), present)
end

local function key_flags(flags)
  return (flag_set(flags, VALUES.keyMasterFlag) and "master" or "session") ..
    (flag_set(flags, VALUES.keyFromRctFlag) and " from RCT" or "")
end

local function draw_path(view)
  local interval = view:number("interval", 4)
  return ("%d s %s"):format(interval, names.mode((view:number("poll_mode", 1))))
end

local function draw_transparent(view)
  local data = view:octets("transparent", view:left())
  return ("%d octets"):format(#data)
end

local HANDLE_OCTETS, DEVICE_ID_OCTETS = fields.size_of("handle"), fields.size_of("deviceId")

--- How the data of each message is laid out: octets needed (beside the result of a response), and how to draw them.
--- draw() returns words for the Info column.
local LAYOUTS = {
  POLL_MSG = {},
  POLL_RESP = {},
  EVENT_MSG = { draw = draw_event },
  EVENT_RESP = {},
  CONN_HANDLE_REQ = {},
  CONN_HANDLE_RESP = {
    size = HANDLE_OCTETS,
    draw = function(view) return ("handle=0x%08x"):format((view:number("new_handle", HANDLE_OCTETS))) end,
  },
  DEVICE_ID_REQ = {
    size = 1 + DEVICE_ID_OCTETS,
    draw = function(view)
      local flags = view:flags("device_id.flags", "master")
      view:octets("told_device_id", DEVICE_ID_OCTETS)
      return flag_set(flags, VALUES.deviceIdMasterFlag) and "commissioning" or nil
    end,
  },
  DEVICE_ID_RESP = {
    size = DEVICE_ID_OCTETS,
    draw = function(view) view:octets("told_device_id", DEVICE_ID_OCTETS) end,
  },
  ENCRYPT_SELECT_REQ = {
    size = 1,
    draw = function(view)
      view:flags("encryption.flags", "master")
      return draw_list(view, "encryption.offer", names.encryption)
    end,
  },
  ENCRYPT_SELECT_RESP = {
    size = 2,
    draw = function(view)
      view:flags("encryption.flags", "master")
      local chosen = names.encryption((view:number("encryption.chosen", 1)))
      if chosen == VALUES.initialEncryption and view.accepted then
        view:problem("downgrade", "No encryption is chosen: all that follows is in clear")
      end
      return chosen
    end,
  },
  ENCRYPT_KEY_REQ = {
    size = 1 + VALUES.keyOctets,
    draw = function(view)
      local flags = view:flags("key.flags", "from_rct", "master")
      draw_key(view)
      return key_flags(flags)
    end,
  },
  HASH_SELECT_REQ = { draw = function(view) return draw_list(view, "hash.offer", names.hash) end },
  HASH_SELECT_RESP = {
    size = 1,
    draw = function(view) return names.hash((view:number("hash.chosen", 1))) end,
  },
  PATH_SUPERVISION_REQ = { size = 5, draw = draw_path },
  PATH_SUPERVISION_RESP = { size = 5, draw = draw_path },
  SET_TIME_CMD = { size = 8, draw = function(view) view:ntp("time") end },
  SET_TIME_RESP = {},
  VERSION_REQ = { size = 1, draw = function(view) return "version " .. view:number("told_version", 1) end },
  PMTU_REQ = { draw = function(view) view:octets("data", view:left()) end },
  PMTU_RESP = {},
  DTLS_COMPLETE_REQ = {},
  DTLS_COMPLETE_RESP = {},
  RCT_IP_PARAM_REQ = {},
  RCT_IP_PARAM_RESP = {
    draw = function(view)
      local left, port = view:left(), VALUES.portOctets
      local size = address_size(function(octets) return left % (octets + port) == 0 end) or VALUES.addressOctets[1]
      while view:left() >= size + port do
        view:address("rct.ipv4", "rct.ipv6", size)
        view:number("rct.port", port)
      end
    end,
  },
  TRANSPARENT_MSG = { draw = draw_transparent },
  TRANSPARENT_RESP = { draw = draw_transparent },
}
LAYOUTS.ENCRYPT_KEY_RESP, LAYOUTS.VERSION_RESP = LAYOUTS.ENCRYPT_KEY_REQ, LAYOUTS.VERSION_REQ
LAYOUTS.PMTU_PROBE, LAYOUTS.PMTU_PROBE_RESP = LAYOUTS.PMTU_REQ, LAYOUTS.PMTU_RESP

--- Draws the data of a message; returns words for the Info column.
local function draw_data(view, name, response)
  local layout, said = LAYOUTS[name], {}
  local size = view:left()
  local needed = (layout.size or 0) + (response and 1 or 0)
  local bare = false
  if response and size > 0 then
    local result = names.result((view:number("result", 1)))
    view.accepted = result == "RESP_ACKNOWLEDGE"
    said[1] = result
    -- A lone result octet that is no acknowledgement is a refusal of any message.
    bare = size == 1 and not view.accepted
    if not view.accepted then view:problem("refused", result) end
  end
  if size < needed and not bare then
    view:problem("bad_data", ("%s needs %d octets of data, there are %d: compare the profiles of both ends")
      :format(name, needed, size))
    view:octets("data", view:left())
  elseif not bare and layout.draw then
    said[#said + 1] = layout.draw(view)
  end
  if view:left() > 0 and name ~= "EVENT_MSG" then
    view:octets("trailing", view:left())
    view:problem("trailing", ("%s has octets that this profile does not know: a later edition?"):format(name))
  end
  return table.concat(said, " ")
end

return { draw_data = draw_data, View = View }
