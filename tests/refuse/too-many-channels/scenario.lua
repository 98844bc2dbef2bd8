scenario "trial" { duration = "10min" }
for i = 1, 32 do
    region("r" .. i) {}
    for k = 1, i - 1 do
        link { "r" .. k, "r" .. i, rtt = "30ms" }
    end
end
users "all" { count = 1000 }
for i = 1, 16 do
    data("d" .. i) { channels = { replicate "mysql" {} } }
    service("s" .. i) { reads = "d" .. i }
    workload { ["s" .. i] = "10/s" }
end
