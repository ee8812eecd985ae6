"""The physics of the city: pure functions of (moments, sites, weather). Each says where its shape comes from."""
