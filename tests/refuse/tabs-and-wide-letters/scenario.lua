scenario "杭州" {
	about = "北京", duratoin = "10min",
}
