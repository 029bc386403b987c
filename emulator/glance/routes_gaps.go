package glance

// gaps are the operations that upstream has and this does not: they answer 501.
var gaps = []operation{
	{Op: "glance.cache.clear", Method: "DELETE", Path: "/v2/cache"},
	{Op: "glance.cache.list", Method: "GET", Path: "/v2/cache"},
	{Op: "glance.cache.clean", Method: "POST", Path: "/v2/cache/clean"},
	{Op: "glance.cache.nodes", Method: "GET", Path: "/v2/cache/nodes/{image_id}"},
	{Op: "glance.cache.prune", Method: "POST", Path: "/v2/cache/prune"},
	{Op: "glance.cache.delete", Method: "DELETE", Path: "/v2/cache/{image_id}"},
	{Op: "glance.cache.queue", Method: "PUT", Path: "/v2/cache/{image_id}"},

	{Op: "glance.locations.list", Method: "GET", Path: "/v2/images/{image_id}/locations"},
	{Op: "glance.locations.add", Method: "POST", Path: "/v2/images/{image_id}/locations"},

	{Op: "glance.usage.show", Method: "GET", Path: "/v2/info/usage"},

	{Op: "glance.tasks.create", Method: "POST", Path: "/v2/tasks"},
}
