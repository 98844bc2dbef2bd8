printf '\033LuaT\000\031\223\r\n\032\n' >scenario.lua
