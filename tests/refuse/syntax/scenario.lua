scenario "trial" {
  duration = "10min"
  settle = "1min",
}
