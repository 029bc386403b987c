package cinder

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

var (
	schemaClusterEnable  = schema.New(closed(clusterFields, "name"))
	schemaClusterDisable = schema.New(closed(clusterFields.With("disabled_reason", schema.Dict{
		{"type", schema.List{"string", "null"}},
		{"format", "disabled_reason"},
	}), "name"))
	clusterFields = schema.Dict{{"name", schemaTypeName}, {"binary", schemaNullableText}}
)

// cluster is several volume services that share their backend: those of the backends that name it.
type cluster struct {
	Name      string
	Hosts     []runningService
	CreatedAt time.Time
	serviceState
}

// clusters are all of them, by their names. What an administrator decided about one is kept as that of a service, whose
// host is the cluster's name.
func (s *Service) clusters(r state.Reader) []cluster {
	byName := map[string]*cluster{}
	for _, svc := range s.runningServices(r) {
		if svc.Cluster == "" {
			continue
		}
		if byName[svc.Cluster] == nil {
			byName[svc.Cluster] = &cluster{Name: svc.Cluster}
		}
		byName[svc.Cluster].Hosts = append(byName[svc.Cluster].Hosts, svc)
	}
	oldest, _ := s.groupTypes.Get(r, serviceUUID(consistencyType)) // is made with the database, as clusters are here
	var out []cluster
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		k := *byName[name]
		k.CreatedAt = oldest.CreatedAt
		k.serviceState, _ = s.services.Get(r, clusterKey(name))
		out = append(out, k)
	}
	return out
}

// clusterOf is the cluster of a pool, with the pool's name; "" where there is none.
func (s *Service) clusterOf(host string) string {
	i := slices.IndexFunc(s.backends, func(b Backend) bool { return b.Host == host })
	if i < 0 || s.backends[i].Cluster == "" {
		return ""
	}
	return s.backends[i].Cluster + "#" + s.backends[i].pool()
}

func clusterKey(name string) string { return "cluster/" + name }

type clusterView struct {
	Name   string `json:"name"`
	Binary string `json:"binary"`
	State  string `json:"state"`
	Status string `json:"status"`

	NumHosts      *int       `json:"num_hosts,omitempty"` // these are the detailed view's
	NumDownHosts  *int       `json:"num_down_hosts,omitempty"`
	LastHeartbeat *textStamp `json:"last_heartbeat,omitempty"`
	CreatedAt     *textStamp `json:"created_at,omitempty"`
	UpdatedAt     *textStamp `json:"updated_at,omitempty"`

	DisabledReason    **string    `json:"disabled_reason,omitempty"`
	ReplicationStatus *string     `json:"replication_status,omitempty"` // since 3.26
	Frozen            *bool       `json:"frozen,omitempty"`
	ActiveBackendID   *nullString `json:"active_backend_id,omitempty"`
}

func newClusterView(c *httpapi.Call, k cluster, detailed bool) clusterView {
	v := clusterView{Name: k.Name, Binary: binaryVolume, State: "up", Status: runningService{serviceState: k.serviceState}.status()}
	replicated := c.Version.AtLeast(mvReplicationCluster)
	if replicated {
		v.ReplicationStatus = &k.Hosts[0].ReplicationStatus
	}
	if !detailed {
		return v
	}
	hosts, down := len(k.Hosts), 0
	beat, created, updated := textStamp(c.Now), textStamp(k.CreatedAt), textStamp(k.UpdatedAt)
	v.NumHosts, v.NumDownHosts, v.LastHeartbeat, v.CreatedAt, v.UpdatedAt = &hosts, &down, &beat, &created, &updated
	v.DisabledReason = &k.Reason
	if replicated {
		v.Frozen, v.ActiveBackendID = &k.Hosts[0].Frozen, orNull(k.Hosts[0].ActiveBackendID)
	}
	return v
}

type clusterOut struct {
	Cluster clusterView `json:"cluster"`
}

type clustersOut struct {
	Clusters []clusterView `json:"clusters"`
}

// clusterList serves GET /clusters, since 3.7.
func (s *Service) clusterList(c *httpapi.Call) (clustersOut, error) {
	return s.listClusters(c, false)
}

// clusterListDetail serves GET /clusters/detail, since 3.7.
func (s *Service) clusterListDetail(c *httpapi.Call) (clustersOut, error) {
	return s.listClusters(c, true)
}

func (s *Service) listClusters(c *httpapi.Call, detailed bool) (clustersOut, error) {
	out := clustersOut{Clusters: []clusterView{}}
	allowed := []string{"name", "binary", "is_up", "disabled", "num_hosts", "num_down_hosts"}
	if c.Version.AtLeast(mvReplicationCluster) {
		allowed = append(allowed, "replication_status", "frozen", "active_backend_id")
	}
	params := paramsOf(c)
	var invalid []string
	for _, p := range params {
		if !slices.Contains(allowed, p.Name) {
			invalid = append(invalid, p.Name)
		}
	}
	if len(invalid) > 0 {
		return out, fail.New(fail.Invalid, "Invalid input received: Invalid filter keys: %s", strings.Join(invalid, ", "))
	}
	for _, p := range params {
		if p.Name == "disabled" || p.Name == "is_up" {
			if _, err := queryBool(p.Name, p.Value); err != nil {
				return out, err
			}
		}
	}
	for _, k := range s.clusters(s.db.View()) {
		if k.passes(params) {
			out.Clusters = append(out.Clusters, newClusterView(c, k, detailed))
		}
	}
	return out, nil
}

func (k cluster) passes(params []param) bool {
	for _, p := range params {
		have := ""
		switch p.Name {
		case "name":
			have = k.Name
		case "binary":
			have = binaryVolume
		case "num_hosts":
			have = strconv.Itoa(len(k.Hosts))
		case "num_down_hosts":
			have = "0"
		case "replication_status":
			have = k.Hosts[0].ReplicationStatus
		case "active_backend_id":
			have = k.Hosts[0].ActiveBackendID
		case "is_up":
			if !looksTrue(p.Value) {
				return false
			}
			continue
		case "disabled":
			if looksTrue(p.Value) != k.Disabled {
				return false
			}
			continue
		case "frozen":
			if looksTrue(p.Value) != k.Hosts[0].Frozen {
				return false
			}
			continue
		}
		if have != p.Value {
			return false
		}
	}
	return true
}

// clusterNamed finds a cluster of a binary; volume services are the only ones that have any.
func (s *Service) clusterNamed(r state.Reader, name, binary string) (cluster, error) {
	for _, k := range s.clusters(r) {
		if k.Name == name && binary == binaryVolume {
			return k, nil
		}
	}
	return cluster{}, fail.New(fail.NotFound, "Cluster {'binary': '%s', 'name': '%s'} could not be found.", binary, name)
}

// clusterShow serves GET /clusters/{name}, since 3.7.
func (s *Service) clusterShow(c *httpapi.Call) (clusterOut, error) {
	binary := binaryVolume
	if b, ok := lastOf(c.Query(), "binary"); ok {
		binary = b
	}
	k, err := s.clusterNamed(s.db.View(), c.Var("id"), binary)
	if err != nil {
		return clusterOut{}, err
	}
	return clusterOut{newClusterView(c, k, true)}, nil
}

type clusterIn struct {
	Name           string        `json:"name"`
	Binary         maybe[string] `json:"binary"`
	DisabledReason *string       `json:"disabled_reason"`
}

// clusterEnable serves PUT /clusters/enable, since 3.7.
func (s *Service) clusterEnable(c *httpapi.Call, in clusterIn) (clusterOut, error) {
	return s.setCluster(c, in, false)
}

// clusterDisable serves PUT /clusters/disable, since 3.7: the scheduler passes its backends over.
func (s *Service) clusterDisable(c *httpapi.Call, in clusterIn) (clusterOut, error) {
	if in.DisabledReason != nil {
		reason := strings.TrimSpace(*in.DisabledReason)
		in.DisabledReason = &reason
	}
	return s.setCluster(c, in, true)
}

func (s *Service) setCluster(c *httpapi.Call, in clusterIn, disabled bool) (clusterOut, error) {
	binary := binaryVolume
	if in.Binary.Given {
		binary = text(in.Binary.Value)
	}
	var out clusterOut
	err := s.db.Update(func(tx *state.Tx) error {
		k, err := s.clusterNamed(tx, in.Name, binary)
		if err != nil {
			return err
		}
		k.Key, k.Disabled, k.Reason, k.UpdatedAt = clusterKey(k.Name), disabled, in.DisabledReason, s.clock.Now().Truncate(time.Microsecond)
		s.services.Put(tx, k.serviceState)
		out.Cluster = newClusterView(c, k, false)
		out.Cluster.DisabledReason = &k.Reason
		return nil
	})
	return out, err
}
