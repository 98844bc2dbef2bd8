scenario "trial" { duration = "10min" }
