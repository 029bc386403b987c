package cinder

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

type hostView struct {
	HostName      string `json:"host_name"`
	Service       string `json:"service"`
	Zone          string `json:"zone"`
	ServiceStatus string `json:"service-status"`
	ServiceState  string `json:"service-state"`
	LastUpdate    stamp  `json:"last-update"`
}

type hostsOut struct {
	Hosts []hostView `json:"hosts"`
}

// osHostList serves GET /os-hosts: the services that are enabled. API reference: Block Storage v3, "List all hosts for a
// project".
func (s *Service) osHostList(c *httpapi.Call) (hostsOut, error) {
	out := hostsOut{Hosts: []hostView{}}
	zone, _ := lastOf(c.Query(), "zone")
	for _, svc := range s.runningServices(s.db.View()) {
		if svc.Disabled || zone != "" && svc.Zone != zone {
			continue
		}
		out.Hosts = append(out.Hosts, hostView{svc.Host, svc.Binary, svc.Zone, "available", "enabled", stamp(c.Now)})
	}
	return out, nil
}

// osHostUpdate serves PUT /os-hosts/{host_name}.
//
// Quirk: nothing can be set: upstream has the status checked and then breaks (volume/api.py, HostAPI.set_host_enabled;
// observed on release Zed).
func (s *Service) osHostUpdate(c *httpapi.Call) (map[string]string, error) {
	host := c.Var("host_name")
	if host == "" {
		return nil, fail.New(fail.Invalid, badRequest)
	}
	named := func(svc runningService) bool { return svc.Host == host && !svc.Disabled }
	if !slices.ContainsFunc(s.runningServices(s.db.View()), named) {
		return nil, fail.New(fail.NotFound, "Host %s could not be found.", host)
	}
	body, err := c.Value()
	if err != nil {
		return nil, err
	}
	fields, ok := body.(schema.Dict)
	if !ok {
		return nil, fail.New(fail.Invalid, badRequest)
	}
	for _, f := range fields {
		key, value := strings.ToLower(strings.TrimSpace(f.Key)), strings.ToLower(strings.TrimSpace(schema.Str(f.Value)))
		switch {
		case key != "status":
			return nil, fail.New(fail.Invalid, "Invalid update setting: '%s'", f.Key)
		case value != "enable" && value != "disable":
			return nil, fail.New(fail.Invalid, "Invalid status: '%s'", schema.Str(f.Value))
		}
	}
	if len(fields) > 0 {
		return nil, fail.New(fail.Internal, serverError)
	}
	return map[string]string{}, nil
}

// hostResource is what is on a host, of one project or of all. Numbers are strings on the wire.
type hostResource struct {
	Resource struct {
		Host            string `json:"host"`
		Project         string `json:"project"`
		VolumeCount     string `json:"volume_count"`
		TotalVolumeGB   string `json:"total_volume_gb"`
		SnapshotCount   string `json:"snapshot_count"`
		TotalSnapshotGB string `json:"total_snapshot_gb"`
	} `json:"resource"`
}

type hostOut struct {
	Host []hostResource `json:"host"`
}

// osHostShow serves GET /os-hosts/{host_name}. It walks all volumes. API reference: Block Storage v3, "Show Host Details
// for a project".
func (s *Service) osHostShow(c *httpapi.Call) (hostOut, error) {
	host, r := c.Var("host_name"), s.db.View()
	runs := func(svc runningService) bool { return svc.Binary == binaryVolume && svc.runsOn(host) }
	if !slices.ContainsFunc(s.runningServices(r), runs) {
		return hostOut{}, noService(binaryVolume, host)
	}
	var all held
	projects := map[string]held{}
	for v := range s.volumes.All(r) {
		if v.Host != host && !strings.HasPrefix(v.Host, host+"@") && !strings.HasPrefix(v.Host, host+"#") {
			continue
		}
		of := held{volumes: 1, volumeGiB: v.Size}
		for _, sn := range s.snapshotsOf(r, v.ID) {
			of.snapshots, of.snapshotGiB = of.snapshots+1, of.snapshotGiB+sn.Size
		}
		all, projects[v.ProjectID] = all.plus(of), projects[v.ProjectID].plus(of)
	}
	out := hostOut{Host: []hostResource{newHostResource(host, "(total)", all)}}
	for _, project := range slices.Sorted(maps.Keys(projects)) {
		out.Host = append(out.Host, newHostResource(host, project, projects[project]))
	}
	return out, nil
}

// held is what a host has, of one project or of all.
type held struct{ volumes, volumeGiB, snapshots, snapshotGiB int }

func (h held) plus(more held) held {
	return held{h.volumes + more.volumes, h.volumeGiB + more.volumeGiB, h.snapshots + more.snapshots, h.snapshotGiB + more.snapshotGiB}
}

func newHostResource(host, project string, h held) hostResource {
	var v hostResource
	v.Resource.Host, v.Resource.Project = host, project
	v.Resource.VolumeCount, v.Resource.TotalVolumeGB = strconv.Itoa(h.volumes), strconv.Itoa(h.volumeGiB)
	v.Resource.SnapshotCount, v.Resource.TotalSnapshotGB = strconv.Itoa(h.snapshots), strconv.Itoa(h.snapshotGiB)
	return v
}
