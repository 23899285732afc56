-- Examining a datagram: once, in the order of the capture. Whatever changes while a capture is read changes here.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE, known, names, opening, LESSONS =
  use("tables"), use("known"), use("names"), use("opening"), use("lessons")
local VALUES, HASH_OCTETS = PROFILE.values, opening.HASH_OCTETS
local uint, flag_set = use("octets").uint, names.flag_set

--- Clear messages that commissioning begins with (ip-protocol.md §6.1).
local COMMISSIONING = { VERSION = true, CONN_HANDLE = true, DEVICE_ID = true }

local function note(record, expert, text) table.insert(record.notes, { expert, text }) end

--- On the handle that everyone starts with, conversations are told apart by their addresses.
local function conversation(record, from, to)
  if record.handle ~= VALUES.initialHandle then return tostring(record.handle) end
  return from < to and from .. " " .. to or to .. " " .. from
end

local function watch_sequence(record, talk)
  local header = record.header
  local limit = 256 ^ PROFILE.header.tx[2]
  local request = not flag_set(header.messageId, VALUES.responseBit)
  local key = record.handle == VALUES.initialHandle and talk or record.handle
  -- Nothing known of the peer: its sender begins anew.
  if request and header.rx == VALUES.initialRx then known.expected[key] = nil end
  local expected = known.expected[key] or {}
  known.expected[key] = expected
  local wanted = expected[header.deviceId]
  expected[header.deviceId] = header.tx + 1
  if not wanted or wanted % limit == header.tx then return end
  wanted = wanted % limit
  if (header.tx + 1) % limit == wanted then
    note(record, "reused", ("TX number %d is used again for another message"):format(header.tx))
  else
    local missing = (header.tx - wanted) % limit
    note(record, "sequence", missing < limit / 2
      and ("TX number %d instead of %d: %d messages of this sender are missing"):format(header.tx, wanted, missing)
      or ("TX number %d instead of %d: an old message, or the sender began anew"):format(header.tx, wanted))
  end
end

local function link(record, talk)
  local header = record.header
  local limit = 256 ^ PROFILE.header.tx[2]
  local id, tx = header.messageId, header.tx
  local response = flag_set(id, VALUES.responseBit)
  if response then id, tx = id - VALUES.responseBit, (header.rx - 1) % limit end
  local key = ("%s %d %d"):format(talk, id, tx)
  if not response then
    known.requests[key] = known.requests[key] or {}
    known.requests[key][header.deviceId] = record
    return
  end
  -- Both ends may have sent such a request with such a number: a response is to the other end's.
  local request
  for sender, asked in pairs(known.requests[key] or {}) do
    if sender ~= header.deviceId then request = asked end
  end
  if not request then return end
  record.request = request
  request.response_frame = request.response_frame or record.frame
end

--- A message in clear: what there is to say of it. Returns whether it may teach anything.
local function follow_clear(record, state, name)
  local commissioning = name and COMMISSIONING[name:match("^(.*)_RE[QS]P?$") or ""]
  if state.ciphered or (#state.configured > 0 and not commissioning) then
    note(record, "downgrade", "In clear, although this handle has a key: anyone can have written it")
  elseif not commissioning then
    note(record, "downgrade", "In clear: anyone on the way can read it, and can have written it")
  end
  return not state.ciphered
end

--- What there is to say of a message whose hash is correct, and what it teaches.
local function follow(record, state, plain, talk)
  local name = PROFILE.messages[record.header.messageId]
  if record.entry then
    state.ciphered = true
  elseif not follow_clear(record, state, name) then
    return
  end
  watch_sequence(record, talk)
  link(record, talk)
  local lesson = LESSONS[name]
  if lesson then
    local from = PROFILE.headerOctets
    lesson(record, state, plain:sub(from + 1, from + record.header.octets))
  end
  if record.entry and record.hash ~= state.hash then
    note(record, "other_hash", ("Hash %s, although %s is in force"):format(record.hash, state.hash))
  end
end

--- The first frame with the same octets, and what was found there.
local function repeated(first, record, from)
  record.first = first
  for _, member in ipairs({ "plain", "entry", "hash", "status", "header", "key_present", "request", "keys" }) do
    record[member] = first[member]
  end
  note(record, "retransmission", first.from == from
    and ("The same octets as in frame %d"):format(first.frame)
    or ("The same octets as in frame %d, from another address: a moved sender, or a replay"):format(first.frame))
end

--- Reads a datagram. `datagram`: its octets as far as they were captured; `total`: its length on the wire; `where`:
--- frame, time, addresses, and whether it is only quoted by an error message.
local function examine(datagram, total, where)
  local record = { frame = where.frame, time = where.time, from = where.from, notes = {}, status = "unverified" }
  local place = PROFILE.header.handle
  if #datagram < place[1] + place[2] then return record end
  record.handle = uint(datagram, place[1], place[2])
  if total < PROFILE.headerOctets + HASH_OCTETS then return record end
  local whole = #datagram == total
  local seen = whole and not where.quoted and ("%d "):format(total) .. datagram:sub(1, 4) .. datagram:sub(-HASH_OCTETS)
  if seen and known.seen[seen] then
    repeated(known.seen[seen], record, where.from)
    return record
  end
  local state = known.handle(record.handle)
  local plain, entry, hash = opening.open(state, datagram, total)
  if seen then known.seen[seen] = record end
  if not plain then
    record.keys = known.has_keys(state)
    return record
  end
  record.entry, record.hash = entry, hash
  if whole then record.status = hash and "correct" or "incorrect" end
  record.header = opening.read_header(plain)
  record.header.octets = math.max(0, math.min(record.header.octets, total - HASH_OCTETS - PROFILE.headerOctets))
  if hash and not where.quoted then follow(record, state, plain, conversation(record, where.from, where.to)) end
  record.plain = plain
  if entry then
    record.plain, record.key_present = opening.without_key(plain, record.header)
  end
  return record
end

return examine
