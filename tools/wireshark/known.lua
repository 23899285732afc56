-- What is known of the conversations. Built while a capture is read for the first time, never changed later.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local VALUES = use("tables").values
local read_keys = use("keys")

local MOST_LEARNED_KEYS = 8 -- per handle; a repeated datagram remembers its own key
local known = {}

--- Forgets everything and reads the keys again: a capture is opened, or read again from the start.
function known.start_over(key_file, master_keys)
  known.keys = read_keys(key_file, master_keys)
  known.handles = {} -- by handle: keys to try, method and hash selected
  known.frames = {} -- by frame number and octets: what examine() found
  known.seen = {} -- by octets: the first record with them
  known.requests = {} -- by handle, message and TX, then device ID: the record of the request
  known.expected = {} -- by handle, then device ID: the TX number that comes next
end

--- What is known of a handle: `configured` and `learned` keys, newest first; `hash` in force; `method` of the next key;
--- `parent`, the handle it was asked for on; `ciphered`, once an encrypted message opened; `brought`, a key of the RCT.
function known.handle(handle)
  local state = known.handles[handle]
  if not state then
    local configured = known.keys.masters[handle] or {}
    state = { configured = configured, learned = {}, hash = VALUES.initialHash }
    if configured[1] then state.hash, state.method = configured[1].hash, configured[1].method end
    known.handles[handle] = state
  end
  return state
end

function known.learn_key(state, entry)
  for _, other in ipairs(state.learned) do
    if other.key == entry.key and other.method == entry.method then return end
  end
  table.insert(state.learned, 1, entry)
  state.learned[MOST_LEARNED_KEYS + 1] = nil
end

function known.has_keys(state) return #state.learned + #state.configured > 0 end

known.start_over("", "")

return known
