printf 'scenario "x" {}\n\000\n' >scenario.lua
