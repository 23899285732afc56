-- What authentic messages teach about keys, methods and hashes (ip-protocol.md §4.3, §6.1, §6.2). A lesson takes the
-- record of the message, what is known of its handle, and its data.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE, known, names = use("tables"), use("known"), use("names")
local VALUES, KEY_OCTETS = PROFILE.values, use("aes").KEY_OCTETS
local uint, acknowledged, flag_set = use("octets").uint, names.acknowledged, names.flag_set

local LESSONS = {}

--- A new handle starts under the keys of the handle it was asked for on, and its sequence numbers go on.
function LESSONS.CONN_HANDLE_RESP(record, state, data)
  local size = PROFILE.header.handle[2]
  if not acknowledged(data) or #data < 1 + size then return end
  local handle = uint(data, 1, size)
  local fresh = known.handle(handle)
  if fresh.ciphered and not record.entry then return end -- anyone can have written it
  fresh.parent = state
  fresh.hash = state.hash
  if record.entry then
    known.learn_key(fresh, record.entry)
    fresh.method = record.entry.method
  end
  local request = record.request
  if request then
    known.expected[handle] = {
      [request.header.deviceId] = request.header.tx + 1,
      [record.header.deviceId] = record.header.tx + 1,
    }
  end
end

--- In commissioning the device ID says which shared secret comes next.
function LESSONS.DEVICE_ID_REQ(_, state, data)
  local secret = known.keys.secrets[data:sub(2, 1 + PROFILE.header.deviceId[2])]
  if secret then known.learn_key(state, secret) end
end

--- The method is for the next key.
function LESSONS.ENCRYPT_SELECT_RESP(_, state, data)
  if acknowledged(data) and #data >= 3 then state.method = PROFILE.encryptions[data:byte(3)] end
end

--- An RCT that brings a key itself: in force once the SPT has acknowledged it.
function LESSONS.ENCRYPT_KEY_REQ(_, state, data)
  if #data > VALUES.keyOctets and flag_set(data:byte(1), VALUES.keyFromRctFlag) then
    state.brought = data:sub(2, 1 + VALUES.keyOctets)
  end
end

--- The key of the next request. The old one stays: the response may have been lost, and the request comes again.
function LESSONS.ENCRYPT_KEY_RESP(record, state, data)
  if not acknowledged(data) or #data < 2 + VALUES.keyOctets then return end
  local flags, key = data:byte(2), data:sub(3, 2 + VALUES.keyOctets)
  if flag_set(flags, VALUES.keyFromRctFlag) then key = state.brought end
  local method = state.method or (record.entry and record.entry.method)
  local octets = KEY_OCTETS[method or ""]
  if not key or not octets or #key < octets then return end
  local entry = {
    key = key:sub(1, octets), method = method, source = "ENCRYPT_KEY_RESP", frame = record.frame,
    site = record.entry and record.entry.site or "",
  }
  known.learn_key(state, entry)
  if flag_set(flags, VALUES.keyMasterFlag) and state.parent then known.learn_key(state.parent, entry) end
end

--- This response is itself the first message under the new hash.
function LESSONS.HASH_SELECT_RESP(_, state, data)
  if acknowledged(data) and #data >= 2 then state.hash = names.hash(data:byte(2)) end
end

return LESSONS
