package nova

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// hostServiceID is the id of the service on the one host.
const hostServiceID = "a4759065-eb4f-5a46-96b0-019ee60cabef"

func hostRows() []row {
	return []row{
		{
			Op: "nova.availability_zones.list", Method: "GET", Path: "/v2.1/os-availability-zone", Policy: "os_compute_api:os-availability-zone:list",
			Handle: httpapi.Get((*Service).zoneList),
		},
		{
			Op: "nova.availability_zones.list_detail", Method: "GET", Path: "/v2.1/os-availability-zone/detail",
			Policy: "os_compute_api:os-availability-zone:detail", Handle: httpapi.Get((*Service).zoneListDetail),
		},
		{Op: "nova.services.list", Method: "GET", Path: "/v2.1/os-services", Policy: "os_compute_api:os-services:list", Handle: httpapi.Get((*Service).serviceList)},
	}
}

type zoneView struct {
	Name  string `json:"zoneName"`
	State struct {
		Available bool `json:"available"`
	} `json:"zoneState"`
	Hosts any `json:"hosts"` // null, but in detail
}

type zonesOut struct {
	Zones []zoneView `json:"availabilityZoneInfo"`
}

// zoneList serves GET /os-availability-zone. API reference: Compute, "Get Availability Zone Information".
func (s *Service) zoneList(*httpapi.Call) (zonesOut, error) {
	zone := zoneView{Name: defaultZone}
	zone.State.Available = true
	return zonesOut{[]zoneView{zone}}, nil
}

// serviceState is a service in the detail of a zone.
type serviceState struct {
	Available bool   `json:"available"`
	Active    bool   `json:"active"`
	UpdatedAt moment `json:"updated_at"`
}

// zoneListDetail serves GET /os-availability-zone/detail, which adds the hosts and what runs on them. API reference: Compute,
// "Get Detailed Availability Zone Information".
func (s *Service) zoneListDetail(c *httpapi.Call) (zonesOut, error) {
	out, err := s.zoneList(c)
	out.Zones[0].Hosts = map[string]any{hostName: map[string]serviceState{"nova-compute": {true, true, moment(c.Now)}}}
	return out, err
}

type serviceView struct {
	ID             any     `json:"id"` // a number, since 2.53 a UUID
	Binary         string  `json:"binary"`
	Host           string  `json:"host"`
	Zone           string  `json:"zone"`
	Status         string  `json:"status"`
	State          string  `json:"state"`
	UpdatedAt      moment  `json:"updated_at"`
	DisabledReason *string `json:"disabled_reason"`
	ForcedDown     *bool   `json:"forced_down,omitempty"` // since 2.11
}

type servicesOut struct {
	Services []serviceView `json:"services"`
}

// serviceList serves GET /os-services: of the one host, which is always up. API reference: Compute, "List Compute Services".
func (s *Service) serviceList(c *httpapi.Call) (servicesOut, error) {
	out := servicesOut{[]serviceView{}}
	if err := onlyParameters(c, "host", "binary"); err != nil {
		return out, err
	}
	v := serviceView{ID: 1, Binary: "nova-compute", Host: hostName, Zone: defaultZone, Status: "enabled", State: "up", UpdatedAt: moment(c.Now)}
	for name, have := range map[string]string{"host": v.Host, "binary": v.Binary} {
		if want := c.Query().Get(name); want != "" && want != have {
			return out, nil
		}
	}
	if c.Version.AtLeast(mvServiceForcedDown) {
		v.ForcedDown = new(bool)
	}
	if c.Version.AtLeast(mvServiceUUIDs) {
		v.ID = hostServiceID
	}
	out.Services = append(out.Services, v)
	return out, nil
}
