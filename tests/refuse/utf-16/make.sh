printf '\377\376s\000c\000' >scenario.lua
