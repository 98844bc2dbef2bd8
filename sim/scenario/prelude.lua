-- prelude.lua: the parts of Lua's library that a scenario may use, in a form whose result depends
-- on nothing but the scenario.
--
-- Called once per load with the raw library functions it needs; returns the safe library. Whatever
-- takes time in C is paid for in steps first (charge), so that the limit on steps is a limit on
-- time; inserting and sorting are written in Lua because then every step counts by itself.

local raw = ...
local next, type, error, tostring = raw.next, raw.type, raw.error, raw.tostring
local select, floor = raw.select, raw.floor
local charge, pattern_cost = raw.charge, raw.pattern_cost
local raw_string = raw.string
local find, match, gmatch, gsub = raw_string.find, raw_string.match, raw_string.gmatch, raw_string.gsub
local rep, format, sub, byte = raw_string.rep, raw_string.format, raw_string.sub, raw_string.byte
local raw_concat, raw_unpack, raw_pcall, tonumber = raw.concat, raw.unpack, raw.pcall, raw.tonumber

local longest_text <const> = 16384
local most_values <const> = 200 -- at once, in an unpack or a byte: a call copies what it is given
local pcall_steps <const> = 100 -- an error that is caught costs as much

local function want(value, kind, name, number)
  if type(value) ~= kind then
    error("bad argument #" .. number .. " to '" .. name .. "': wants a " .. kind .. ", found " .. type(value), 3)
  end
end

-- Stable: equal elements keep their order. Lua's own sort takes its pivot from the clock.
local function sort(list, before)
  want(list, "table", "sort", 1)
  if before ~= nil then want(before, "function", "sort", 2) end
  local count = #list
  local from, to = list, {}
  local width = 1
  while width < count do
    local at = 1
    while at <= count do
      local left, middle = at, at + width
      local right, stop = middle, at + 2 * width
      if middle > count + 1 then middle = count + 1 end
      if stop > count + 1 then stop = count + 1 end
      for k = at, stop - 1 do
        local take_right = left >= middle
        if not take_right and right < stop then
          if before then take_right = before(from[right], from[left])
          else take_right = from[right] < from[left] end
        end
        if take_right then
          to[k] = from[right]
          right = right + 1
        else
          to[k] = from[left]
          left = left + 1
        end
      end
      at = stop
    end
    from, to = to, (from == list) and {} or from
    width = 2 * width
  end
  if from ~= list then
    for k = 1, count do list[k] = from[k] end
  end
end

-- Numbers ascending, then texts by bytes, then false and true: the order of Lua's own pairs changes
-- from process to process.
local function pairs(list)
  want(list, "table", "pairs", 1)
  local keys, texts = {}, {}
  local has_false, has_true = false, false
  for key in next, list do
    local kind = type(key)
    if kind == "number" then keys[#keys + 1] = key
    elseif kind == "string" then texts[#texts + 1] = key
    elseif key == false then has_false = true
    elseif key == true then has_true = true
    else error("pairs: a key that is a " .. kind .. " has no order", 2) end
  end
  sort(keys)
  sort(texts)
  for i = 1, #texts do keys[#keys + 1] = texts[i] end
  if has_false then keys[#keys + 1] = false end
  if has_true then keys[#keys + 1] = true end
  local at = 0
  return function()
    while true do
      at = at + 1
      local key = keys[at]
      if key == nil then return nil end
      local value = list[key]
      if value ~= nil then return key, value end
    end
  end
end

-- Addresses must not become text.
local function plain(value)
  local kind = type(value)
  if kind == "table" or kind == "function" or kind == "userdata" then return kind end
  return value
end

local function paid(name, text, pattern)
  want(text, "string", name, 1)
  want(pattern, "string", name, 2)
  local reason = pattern_cost(text, pattern)
  if reason then error("string." .. name .. ": " .. reason, 3) end
end

local safe_string = {
  byte = function(text, from, to)
    want(text, "string", "byte", 1)
    from = from or 1
    if #sub(text, from, to or from) > most_values then
      error("string.byte: more than " .. most_values .. " letters at once", 2)
    end
    return byte(text, from, to)
  end,
  char = raw_string.char, len = raw_string.len, lower = raw_string.lower,
  reverse = raw_string.reverse, sub = sub, upper = raw_string.upper,
  find = function(text, pattern, start, exact)
    if exact then
      want(text, "string", "find", 1)
      want(pattern, "string", "find", 2)
      charge(#text * #pattern / 64)
    else
      paid("find", text, pattern)
    end
    return find(text, pattern, start, exact)
  end,
  match = function(text, pattern, start)
    paid("match", text, pattern)
    return match(text, pattern, start)
  end,
  gmatch = function(text, pattern)
    paid("gmatch", text, pattern)
    return gmatch(text, pattern)
  end,
  gsub = function(text, pattern, with, most)
    paid("gsub", text, pattern)
    return gsub(text, pattern, with, most)
  end,
  rep = function(text, count, between)
    text = tostring(text)
    between = between or ""
    want(count, "number", "rep", 2)
    want(between, "string", "rep", 3)
    if text == "" and between == "" then return "" end -- Lua would count through all of them
    local letters = #text * count + #between * (count - 1)
    if count > 0 and letters > longest_text then
      error("string.rep: the result would have more than " .. longest_text .. " letters (16 KiB)", 2)
    end
    return rep(text, count, between)
  end,
  format = function(text, ...)
    want(text, "string", "format", 1)
    charge(#text)
    if find(gsub(text, "%%%%", ""), "%%[-+ #0-9.]*p") then
      error("string.format: '%p' is not available: an address is different in every run", 2)
    end
    local values = { ... }
    local count = select("#", ...)
    for i = 1, count do values[i] = plain(values[i]) end
    return format(text, raw_unpack(values, 1, count))
  end,
}

local safe_table = {
  sort = sort,
  insert = function(list, ...)
    want(list, "table", "insert", 1)
    local count = #list
    local given = select("#", ...)
    if given == 1 then
      list[count + 1] = (...)
    elseif given == 2 then
      local at, value = ...
      want(at, "number", "insert", 2)
      if at < 1 or at > count + 1 then error("table.insert: position out of bounds", 2) end
      for k = count, at, -1 do list[k + 1] = list[k] end
      list[at] = value
    else
      error("table.insert: wants a list, maybe a position, and a value", 2)
    end
  end,
  remove = function(list, at)
    want(list, "table", "remove", 1)
    local count = #list
    if at == nil then at = count end
    want(at, "number", "remove", 2)
    if count == 0 then return nil end
    if at < 1 or at > count then error("table.remove: position out of bounds", 2) end
    local value = list[at]
    for k = at, count do list[k] = list[k + 1] end
    return value
  end,
  concat = function(list, between, from, to)
    want(list, "table", "concat", 1)
    from, to = from or 1, to or #list
    charge(to - from)
    return raw_concat(list, between, from, to)
  end,
  unpack = function(list, from, to)
    want(list, "table", "unpack", 1)
    from, to = from or 1, to or #list
    if to - from >= most_values then
      error("table.unpack: more than " .. most_values .. " values", 2)
    end
    return raw_unpack(list, from, to)
  end,
  pack = raw.pack,
}

local safe_math = {}
for _, name in raw.ipairs { "abs", "ceil", "floor", "fmod", "max", "min", "modf", "tointeger",
                            "type", "ult", "huge", "pi", "maxinteger", "mininteger", "sqrt" } do
  safe_math[name] = raw.math[name]
end
for _, name in raw.ipairs { "max", "min" } do
  local compare = raw.math[name]
  safe_math[name] = function(...)
    charge(select("#", ...) / 4)
    return compare(...)
  end
end

return {
  assert = raw.assert, error = error, ipairs = raw.ipairs, pairs = pairs,
  pcall = function(called, ...)
    charge(pcall_steps)
    return raw_pcall(called, ...)
  end,
  select = select, type = type,
  tonumber = function(value, ...)
    if type(value) == "string" then charge(#value / 16) end
    return tonumber(value, ...)
  end,
  tostring = function(value) return tostring(plain(value)) end,
  string = safe_string, table = safe_table, math = safe_math,
}
