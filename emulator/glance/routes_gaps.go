package glance

// gaps are the operations that upstream has and this does not: they answer 501.
var gaps = []operation{
	{Op: "glance.locations.list", Method: "GET", Path: "/v2/images/{image_id}/locations"},
	{Op: "glance.locations.add", Method: "POST", Path: "/v2/images/{image_id}/locations"},
}
