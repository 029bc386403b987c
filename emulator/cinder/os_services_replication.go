package cinder

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The replication statuses of services, volumes and groups (cinder/objects/fields.py).
const (
	replicationDisabled    = "disabled"
	replicationEnabled     = "enabled"
	replicationEnabling    = "enabling"
	replicationDisabling   = "disabling"
	replicationFailingOver = "failing-over"
	replicationFailedOver  = "failed-over"
	replicationFailed      = "failover-error"
	replicationNotCapable  = "not-capable"
	replicationError       = "error"
)

var (
	schemaFreeze   = schema.New(closed(schema.Dict{{"cluster", schemaNullableText}, {"host", schemaCinderHost}}))
	schemaFailover = schema.New(closed(schema.Dict{
		{"host", schemaCinderHost}, {"backend_id", schemaNullableText}, {"cluster", schemaNullableText},
	}))
	schemaCinderHost = schema.Dict{
		{"type", schema.List{"string", "null"}},
		{"minLength", 1},
		{"maxLength", 255},
		{"pattern", `^[a-zA-Z0-9-._#@:/+\[\]]*$`},
	}
)

type hostOrClusterIn struct {
	Host      *string `json:"host"`
	Cluster   *string `json:"cluster"`
	BackendID *string `json:"backend_id"`
}

// volumeServicesOf are the volume services that a request is about: those of a cluster, or of a host and of the cluster
// that it belongs to (volume/api.py, _get_cluster_and_services_for_replication).
func (s *Service) volumeServicesOf(c *httpapi.Call, r state.Reader, in hostOrClusterIn) ([]runningService, error) {
	clustered := c.Version.AtLeast(mvReplicationCluster)
	host, cluster := "", ""
	if in.Host != nil {
		host = *in.Host
	}
	if in.Cluster != nil && clustered {
		cluster = *in.Cluster
	}
	if (host == "") == (cluster == "") {
		why := "Host field is missing."
		if clustered {
			why = "One and only one of cluster and host must be set."
		}
		return nil, fail.New(fail.Invalid, "Invalid input received: %s", why)
	}
	all := slices.DeleteFunc(s.runningServices(r), func(svc runningService) bool { return svc.Binary != binaryVolume })
	for _, svc := range all {
		if host != "" && svc.Host == host && svc.Cluster != "" {
			host, cluster = "", svc.Cluster
		}
	}
	found := slices.DeleteFunc(all, func(svc runningService) bool {
		return host != "" && !svc.runsOn(host) || cluster != "" && svc.Cluster != cluster
	})
	switch {
	case len(found) == 0 && cluster != "":
		return nil, fail.New(fail.Invalid, "No service found with cluster=%s", cluster)
	case len(found) == 0:
		return nil, fail.New(fail.Invalid, "No service found with host=%s", host)
	case host != "" && slices.ContainsFunc(found, func(svc runningService) bool { return svc.Host != found[0].Host }):
		return nil, fail.New(fail.Invalid, "Services from different clusters found.")
	}
	return found, nil
}

// osServiceFreeze serves PUT /os-services/freeze: what is on the backend stays as it is, and nothing comes to it. API
// reference: Block Storage v3, "Freeze a Cinder Backend Host".
func (s *Service) osServiceFreeze(c *httpapi.Call, in hostOrClusterIn) (httpapi.Reply, error) {
	return s.setFrozen(c, in, true)
}

// osServiceThaw serves PUT /os-services/thaw. API reference: Block Storage v3, "Thaw a Cinder Backend Host".
func (s *Service) osServiceThaw(c *httpapi.Call, in hostOrClusterIn) (httpapi.Reply, error) {
	return s.setFrozen(c, in, false)
}

func (s *Service) setFrozen(c *httpapi.Call, in hostOrClusterIn, frozen bool) (httpapi.Reply, error) {
	expected, reason := "True", ""
	if frozen {
		expected, reason = "False", "frozen"
	}
	err := s.db.Update(func(tx *state.Tx) error {
		return s.changeServices(c, tx, in, "frozen", expected+" ", func(svc *runningService) bool {
			if svc.Frozen == frozen {
				return false
			}
			svc.Frozen, svc.Disabled, svc.Reason = frozen, frozen, &reason
			return true
		})
	})
	return withoutBody(c, http.StatusOK, err)
}

// changeServices changes all services that a request is about, as far as they can be, and fails if none can.
func (s *Service) changeServices(c *httpapi.Call, tx *state.Tx, in hostOrClusterIn, field, expected string, change func(*runningService) bool) error {
	all, err := s.volumeServicesOf(c, tx, in)
	if err != nil {
		return err
	}
	changed := false
	var hosts []string
	for _, svc := range all {
		hosts = append(hosts, svc.Host)
		if change(&svc) {
			changed = true
			svc.UpdatedAt = s.clock.Now()
			s.putService(tx, svc)
		}
	}
	if !changed {
		return fail.New(fail.Invalid, "Invalid input received: No service could be changed: %s in %s must be %sto failover.",
			field, pythonList(hosts...), expected)
	}
	return nil
}

func (s *Service) putService(tx *state.Tx, svc runningService) {
	svc.Key = serviceKey(svc.Host, svc.Binary)
	s.services.Put(tx, svc.serviceState)
}

// osServiceFailover serves PUT /os-services/failover_host and, since 3.26, failover: what is replicated is served by
// another backend from now on. API reference: Block Storage v3, "Failover a Cinder Backend Host".
func (s *Service) osServiceFailover(c *httpapi.Call, in hostOrClusterIn) (httpapi.Reply, error) {
	job := failoverJob{}
	if in.BackendID != nil {
		job.Target = *in.BackendID
	}
	err := s.db.Update(func(tx *state.Tx) error {
		expected := pythonList(replicationEnabled, replicationFailedOver) + " and must be up "
		err := s.changeServices(c, tx, in, "replication_status", expected, func(svc *runningService) bool {
			if svc.ReplicationStatus != replicationEnabled && svc.ReplicationStatus != replicationFailedOver {
				return false
			}
			svc.ReplicationStatus = replicationFailingOver
			job.Hosts = append(job.Hosts, svc.Host)
			return true
		})
		if err == nil {
			s.queue.Begin(tx, kindFailoverHost, job)
		}
		return err
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// failoverJob is the background half of a failover.
type failoverJob struct {
	Hosts  []string // of volume services
	Target string   // the backend_id to go to; "default" goes back, and "" leaves the choice to the driver
}

const failback = "default"

// finishFailover is upstream's volume service at work (volume/manager.py, failover). Volumes that are not replicated are
// in error until somebody resets them; those that are, and their groups, follow.
func (s *Service) finishFailover(ctx context.Context, job failoverJob) error {
	failed := sim.Failure(ctx) != nil
	return s.db.Update(func(tx *state.Tx) error {
		for _, svc := range s.runningServices(tx) {
			if svc.Binary != binaryVolume || !slices.Contains(job.Hosts, svc.Host) || svc.ReplicationStatus != replicationFailingOver {
				continue
			}
			target, known := s.failoverTarget(svc, job.Target)
			if job.Target != failback {
				s.loseUnreplicated(tx, svc.Host)
			}
			reason := ""
			switch {
			case failed:
				svc.ReplicationStatus, svc.Disabled = replicationFailed, true
			case !known && svc.ActiveBackendID != "":
				svc.ReplicationStatus = replicationFailedOver
			case !known:
				svc.ReplicationStatus = replicationEnabled
			case job.Target == failback:
				if svc.Frozen {
					reason = "frozen"
				}
				svc.ReplicationStatus, svc.ActiveBackendID, svc.Disabled, svc.Reason = replicationEnabled, "", svc.Frozen, &reason
			default:
				reason = replicationFailedOver
				svc.ReplicationStatus, svc.ActiveBackendID, svc.Disabled, svc.Reason = replicationFailedOver, target, true, &reason
			}
			svc.UpdatedAt = s.clock.Now()
			s.putService(tx, svc)
			if known && !failed {
				s.followFailover(tx, svc)
			}
		}
		return nil
	})
}

// failoverTarget is the replication target that is named, or the first one that is not in use.
func (s *Service) failoverTarget(svc runningService, target string) (string, bool) {
	if target == failback {
		return target, true
	}
	for _, b := range s.backends {
		if b.service() != svc.Host {
			continue
		}
		for _, id := range b.ReplicationTargets {
			if id == target || target == "" && id != svc.ActiveBackendID {
				return id, true
			}
		}
	}
	return "", false
}

// onService tells whether a volume is served by a volume service.
func (v *Volume) onService(host string) bool {
	return v.Host == host || strings.HasPrefix(v.Host, host+"#")
}

func (s *Service) volumesOn(r state.Reader, host string) []Volume {
	var out []Volume
	for v := range s.volumes.All(r) {
		if v.onService(host) {
			out = append(out, v)
		}
	}
	return out
}

func (s *Service) loseUnreplicated(tx *state.Tx, host string) {
	for _, v := range s.volumesOn(tx, host) {
		if v.replicated() {
			continue
		}
		v.PreviousStatus, v.Status, v.ReplicationStatus, v.UpdatedAt = v.Status, StatusError, replicationNotCapable, s.clock.Now()
		s.putVolume(tx, v)
	}
}

func (s *Service) followFailover(tx *state.Tx, svc runningService) {
	for _, v := range s.volumesOn(tx, svc.Host) {
		if v.replicated() {
			v.ReplicationStatus, v.UpdatedAt = svc.ReplicationStatus, s.clock.Now()
			s.putVolume(tx, v)
		}
	}
}

// replicated tells whether there is a copy of the volume elsewhere.
func (v *Volume) replicated() bool {
	return v.ReplicationStatus != "" && v.ReplicationStatus != replicationDisabled && v.ReplicationStatus != replicationNotCapable
}

// notFrozen refuses to change what is on a frozen backend (objects/base.py, assert_not_frozen).
func (s *Service) notFrozen(r state.Reader, host string) error {
	i := slices.IndexFunc(s.backends, func(b Backend) bool { return b.Host == host })
	if i < 0 {
		return nil
	}
	if st, _ := s.services.Get(r, serviceKey(s.backends[i].service(), binaryVolume)); st.Frozen {
		return fail.New(fail.Invalid, "Invalid input received: Modification operations are not allowed on frozen storage backends.")
	}
	return nil
}
