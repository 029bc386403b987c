package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// operatorRows are what operators do to services, hosts and clusters.
func operatorRows() []row {
	const (
		services = project + "/os-services"
		update   = "volume_extension:services:update"
		clusters = project + "/clusters"
	)
	return []row{
		{
			Op: "cinder.os-services.freeze", Method: "PUT", Path: services + "/freeze", Policy: update,
			Body: httpapi.Schema(schemaFreeze), Handle: reading((*Service).osServiceFreeze),
		},
		{
			Op: "cinder.os-services.thaw", Method: "PUT", Path: services + "/thaw", Policy: update,
			Body: httpapi.Schema(schemaFreeze), Handle: reading((*Service).osServiceThaw),
		},
		{
			Op: "cinder.os-services.failover_host", Method: "PUT", Path: services + "/failover_host", Success: 202, Policy: update,
			Body: httpapi.Schema(schemaFailover), Handle: reading((*Service).osServiceFailover),
		},
		{
			Op: "cinder.os-services.failover", Method: "PUT", Path: services + "/failover", Since: "3.26", Success: 202, Policy: update,
			Body: httpapi.Schema(schemaFailover), Handle: reading((*Service).osServiceFailover),
		},
		{
			Op: "cinder.os-services.get_log", Method: "PUT", Path: services + "/get-log", Since: "3.32", Policy: update,
			Body: httpapi.Schema(schemaGetLog), Handle: httpapi.JSON((*Service).osServiceGetLog),
		},
		{
			Op: "cinder.os-services.set_log", Method: "PUT", Path: services + "/set-log", Since: "3.32", Success: 202, Policy: update,
			Body: httpapi.Schema(schemaSetLog), Handle: (*Service).osServiceSetLog,
		},
		{
			Op: "cinder.os-hosts.update", Method: "PUT", Path: project + "/os-hosts", Policy: "volume_extension:hosts",
			Handle: httpapi.Get((*Service).osHostUpdate),
		},
		{
			Op: "cinder.os-hosts.update", Method: "PUT", Path: project + "/os-hosts/{host_name}", Policy: "volume_extension:hosts",
			Handle: httpapi.Get((*Service).osHostUpdate),
		},
		{
			Op: "cinder.clusters.list", Method: "GET", Path: clusters, Since: "3.7", Policy: "clusters:get_all",
			Handle: httpapi.Get((*Service).clusterList),
		},
		{
			Op: "cinder.clusters.list_detail", Method: "GET", Path: clusters + "/detail", Since: "3.7", Policy: "clusters:get_all",
			Handle: httpapi.Get((*Service).clusterListDetail),
		},
		{
			Op: "cinder.clusters.disable", Method: "PUT", Path: clusters + "/disable", Since: "3.7", Policy: "clusters:update",
			Body: httpapi.Schema(schemaClusterDisable), Handle: httpapi.JSON((*Service).clusterDisable),
		},
		{
			Op: "cinder.clusters.enable", Method: "PUT", Path: clusters + "/enable", Since: "3.7", Policy: "clusters:update",
			Body: httpapi.Schema(schemaClusterEnable), Handle: httpapi.JSON((*Service).clusterEnable),
		},
		{
			Op: "cinder.clusters.show", Method: "GET", Path: clusters + "/{id}", Since: "3.7", Policy: "clusters:get",
			Handle: httpapi.Get((*Service).clusterShow),
		},
		{
			Op: "cinder.workers.cleanup", Method: "POST", Path: project + "/workers/cleanup", Since: "3.24", Success: 202,
			Policy: "workers:cleanup", Body: httpapi.Schema(schemaCleanup), Handle: httpapi.JSON((*Service).workersCleanup),
		},
	}
}

// reading makes a handler of a function that reads a JSON body and makes its whole answer.
func reading[In any](do func(*Service, *httpapi.Call, In) (httpapi.Reply, error)) httpapi.Handler[*Service] {
	return func(s *Service, c *httpapi.Call) (httpapi.Reply, error) {
		var in In
		if err := c.Decode(&in); err != nil {
			return httpapi.Reply{}, err
		}
		return do(s, c, in)
	}
}
