printf 'scenario "x" {}\n\201\202\377\376junk\n' >scenario.lua
