-- Drawing a datagram.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE, known, names, opening, fields =
  use("tables"), use("known"), use("names"), use("opening"), use("fields")
local message_data = use("message_data")
local VALUES, F, E, HASH_OCTETS = PROFILE.values, fields.F, fields.E, opening.HASH_OCTETS
local LITTLE = VALUES.byteOrder == "little-endian"
local flag_set = names.flag_set
local function draw_header(tree, tvb, record)
  local header = record.header
  local branch = tree:add(F.header, tvb(0, PROFILE.headerOctets))
  local abbreviations = {
    handle = "handle", deviceId = "device_id", tx = "tx", rx = "rx", flags = "flags", version = "version",
    messageId = "msg", length = "length",
  }
  for _, member in ipairs(PROFILE.headerOrder) do
    local at, size = PROFILE.header[member][1], PROFILE.header[member][2]
    if member == "deviceId" then
      branch:add(F.device_id, tvb(at, size))
    else
      local item = branch:add(F[abbreviations[member]], tvb(at, size), header[member])
      if member == "flags" then
        item[LITTLE and "add_le" or "add"](item, F["flags.reverse"], tvb(at, size))
      end
    end
  end
  return branch
end

local function generated(tree, name, ...) tree:add(F[name], ...):set_generated() end

local function draw_links(tree, record)
  if record.first then generated(tree, "retransmission", record.first.frame) end
  if record.request then
    generated(tree, "response_to", record.request.frame)
    local taken = record.time - record.request.time
    local seconds = math.floor(taken)
    generated(tree, "response_time", NSTime.new(seconds, math.floor((taken - seconds) * 1e9 + 0.5)))
  end
  local answer = (record.first or record).response_frame
  if answer then generated(tree, "response_in", answer) end
end

local function draw_seal(tree, record)
  local entry = record.entry
  generated(tree, "encryption", entry and entry.method or "none")
  if not entry then return end
  generated(tree, "key.source", entry.source)
  if entry.frame then generated(tree, "key.frame", entry.frame) end
  if entry.site and entry.site ~= "" then generated(tree, "site", entry.site) end
end

local function draw_hash(tree, tvb, record, total)
  local at = total - HASH_OCTETS
  local item
  if tvb:len() >= total then item = tree:add(F.hash, tvb(at, HASH_OCTETS)) else item = tree end
  generated(item, "hash.status", record.status)
  if record.hash then generated(item, "hash.algorithm", record.hash) end
  if record.status == "incorrect" then
    item:add_proto_expert_info(E.bad_hash, "Hash incorrect: damaged, forged, or a hash or profile that is not known")
  end
end

--- Draws a datagram that cannot be opened.
local function draw_closed(tree, tvb, record, total)
  if not record.handle then
    tree:add_proto_expert_info(E.bad_data, "Too short for a connection handle")
    return "Too short"
  end
  local place = PROFILE.header.handle
  tree:add(F.handle, tvb(place[1], place[2]), record.handle)
  if total < PROFILE.headerOctets + HASH_OCTETS then
    tree:add_proto_expert_info(E.bad_data, "Too short for a header and a hash")
    return ("Too short, handle 0x%08x"):format(record.handle)
  end
  if tvb:len() > VALUES.clearOctets then tree:add(F.ciphertext, tvb(VALUES.clearOctets)) end
  generated(tree, "hash.status", record.status)
  local why = record.keys and "the keys given for this handle do not open it" or "no key for this handle"
  tree:add_proto_expert_info(E.no_key, "Encrypted, cannot be read: " .. why)
  for _, problem in ipairs(known.keys.problems) do tree:add_proto_expert_info(E.key_file, problem) end
  return ("Encrypted, handle 0x%08x: %s"):format(record.handle, why)
end

local DIRECTIONS = { ["spt-to-rct"] = "SPT to RCT", ["rct-to-spt"] = "RCT to SPT" }

--- Draws an opened datagram; `tvb` holds its clear octets.
local function draw_opened(tree, tvb, record, total)
  local header = record.header
  local name = PROFILE.messages[header.messageId]
  local branch = draw_header(tree, tvb, record)
  local direction = DIRECTIONS[PROFILE.directions[header.messageId]]
  if direction then generated(branch, "direction", direction) end
  local from, to = PROFILE.headerOctets, PROFILE.headerOctets + header.octets
  local length = header.length - (VALUES.lengthCountsHeader and PROFILE.headerOctets or 0)
  if length ~= header.octets then
    branch:add_proto_expert_info(E.bad_data, "The message length goes beyond the datagram")
  end
  local view = setmetatable(
    { plain = record.plain, tvb = tvb, at = from, stop = math.min(to, tvb:len()), record = record, now = record.epoch },
    message_data.View)
  view.tree = header.octets > 0 and view:left() > 0
    and tree:add(F.message_data, tvb(from, view:left())) or tree
  local said
  if name then
    said = message_data.draw_data(view, name, flag_set(header.messageId, VALUES.responseBit))
  else
    tree:add_proto_expert_info(E.unknown_message, ("Message 0x%02x is not in the profile"):format(header.messageId))
    view:octets("data", view:left())
  end
  local padding_end = math.min(total - HASH_OCTETS, tvb:len())
  if to < padding_end then tree:add(F.padding, tvb(to, padding_end - to)) end
  draw_seal(tree, record)
  draw_hash(tree, tvb, record, total)
  if said and said ~= "" then said = " " .. said end
  return ("%s%s tx=%d rx=%d"):format(name or names.message(header.messageId), said or "", header.tx, header.rx)
end

--- Remarks that the Info column shows too.
local MARKS = { retransmission = "retransmission", sequence = "sequence", reused = "TX reused", downgrade = "clear" }

local function show(record, tvb, tree, total)
  local source = tvb
  if record.plain and record.entry then
    source = ByteArray.new(record.plain, true):tvb("Decrypted (keys blanked)")
  end
  local info = record.plain and draw_opened(tree, source, record, total) or draw_closed(tree, tvb, record, total)
  draw_links(tree, record)
  if tvb:len() < total then
    tree:add_proto_expert_info(E.cut, ("Only %d of %d octets were captured"):format(tvb:len(), total))
  end
  local marks = record.status == "incorrect" and { "bad hash" } or {}
  for _, remark in ipairs(record.notes) do
    tree:add_proto_expert_info(E[remark[1]], remark[2])
    if MARKS[remark[1]] then marks[#marks + 1] = MARKS[remark[1]] end
  end
  return #marks > 0 and ("%s [%s]"):format(info, table.concat(marks, ", ")) or info
end

return show
