package nova

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// quotas are the configuration's default limits (nova/conf/quota.py). What Neutron counts has none here.
var quotas = map[string]int{
	"instances": 10, "cores": 20, "ram": 50 * 1024, "metadata_items": 128, "injected_files": 5, "injected_file_content_bytes": 10 * 1024,
	"key_pairs": 100, "server_groups": 10, "server_group_members": 10, "floating_ips": -1, "security_groups": -1, "security_group_rules": -1,
}

func limitRows() []row {
	return []row{{Op: "nova.limits.show", Method: "GET", Path: "/v2.1/limits", Policy: "os_compute_api:limits", Handle: httpapi.Get((*Service).limitShow)}}
}

type limitsOut struct {
	Limits struct {
		Rate     []struct{}     `json:"rate"`
		Absolute map[string]int `json:"absolute"`
	} `json:"limits"`
}

// limitShow serves GET /limits: those of all projects, and what one has used of them. API reference: Compute, "Show Rate And
// Absolute Limits".
func (s *Service) limitShow(c *httpapi.Call) (limitsOut, error) {
	out := limitsOut{}
	if err := onlyParameters(c, "tenant_id"); err != nil {
		return out, err
	}
	project := c.Auth.ProjectID
	if c.Query().Has("tenant_id") {
		project = c.Query().Get("tenant_id")
		if err := c.AuthorizeFor("os_compute_api:limits:other_project", nil); err != nil {
			return out, err
		}
	}
	all := map[string]int{
		"maxTotalInstances": quotas["instances"], "maxTotalCores": quotas["cores"], "maxTotalRAMSize": quotas["ram"],
		"maxTotalKeypairs": quotas["key_pairs"], "maxServerMeta": quotas["metadata_items"], "maxServerGroups": quotas["server_groups"],
		"maxServerGroupMembers": quotas["server_group_members"], "totalServerGroupsUsed": 0,
		"totalInstancesUsed": 0, "totalCoresUsed": 0, "totalRAMUsed": 0,
	}
	for v := range s.servers.All(s.db.View()) {
		if v.ProjectID == project {
			all["totalInstancesUsed"]++
			all["totalCoresUsed"] += v.Flavor.VCPUs
			all["totalRAMUsed"] += v.Flavor.RAM
		}
	}
	if !c.Version.AtLeast(mvNoProxyLimits) {
		all["maxTotalFloatingIps"], all["totalFloatingIpsUsed"] = quotas["floating_ips"], 0
		all["maxSecurityGroups"], all["totalSecurityGroupsUsed"] = quotas["security_groups"], 0
		all["maxSecurityGroupRules"] = quotas["security_group_rules"]
	}
	if !c.Version.AtLeast(mvNoImageLimit) {
		all["maxImageMeta"] = quotas["metadata_items"]
	}
	if !c.Version.AtLeast(mvNoPersonality) {
		all["maxPersonality"], all["maxPersonalitySize"] = quotas["injected_files"], quotas["injected_file_content_bytes"]
	}
	out.Limits.Rate, out.Limits.Absolute = []struct{}{}, all
	return out, nil
}
