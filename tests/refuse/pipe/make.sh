mkfifo scenario.lua
