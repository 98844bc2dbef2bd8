printf '\357\273\277scenario "x" {\r\n  duratoin = "10min",\r\n}\r\n' >scenario.lua
