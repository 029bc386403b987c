package cinder

import (
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The programs that a cloud runs.
const (
	binaryScheduler = "cinder-scheduler"
	binaryVolume    = "cinder-volume"
	binaryBackup    = "cinder-backup"
)

// runningService is one of the cloud's programs. They are always up.
type runningService struct {
	Binary, Host, Zone string
	Cluster            string // "" for most
	serviceState
}

// serviceState is what an administrator decided about a service; without a row it is enabled.
type serviceState struct {
	Key       string // serviceKey
	Disabled  bool
	Reason    *string
	UpdatedAt time.Time

	// These are those of volume services.
	Frozen            bool
	ReplicationStatus string // replicationDisabled where there is nowhere to go; "" until it has changed
	ActiveBackendID   string // the replication target that serves the volumes; "" for the backend itself

	Levels map[string]string // of logging, by logger, where they have been set
}

func serviceKey(host, binary string) string { return host + "/" + binary }

// controller is the machine on which all but the volume services run.
func (s *Service) controller() string {
	if len(s.backends) == 0 {
		return "fauxstack"
	}
	host, _, _ := strings.Cut(s.backends[0].Host, "@")
	return host
}

// runningServices lists a scheduler, a volume service for each backend, and a backup service.
func (s *Service) runningServices(r state.Reader) []runningService {
	host := s.controller()
	all := []runningService{{Binary: binaryScheduler, Host: host, Zone: s.cfg.StorageAvailabilityZone}}
	var replicated []string // hosts
	for _, b := range s.backends {
		one := runningService{Binary: binaryVolume, Host: b.service(), Zone: b.Zone, Cluster: b.Cluster}
		same := func(svc runningService) bool { return svc.Binary == one.Binary && svc.Host == one.Host }
		if !slices.ContainsFunc(all, same) { // pools of one backend share its service
			all = append(all, one)
			if len(b.ReplicationTargets) > 0 {
				replicated = append(replicated, one.Host)
			}
		}
	}
	all = append(all, runningService{Binary: binaryBackup, Host: host, Zone: s.cfg.StorageAvailabilityZone})
	for i := range all {
		svc := &all[i]
		svc.serviceState, _ = s.services.Get(r, serviceKey(svc.Host, svc.Binary))
		if svc.ReplicationStatus == "" && svc.Binary == binaryVolume {
			svc.ReplicationStatus = replicationDisabled
			if slices.Contains(replicated, svc.Host) {
				svc.ReplicationStatus = replicationEnabled
			}
		}
	}
	return all
}

// isDisabled tells whether a backend takes no new volumes, for its volume service or its cluster is disabled.
func (s *Service) isDisabled(r state.Reader, b *Backend) bool {
	if st, _ := s.services.Get(r, serviceKey(b.service(), binaryVolume)); st.Disabled {
		return true
	}
	st, _ := s.services.Get(r, clusterKey(b.Cluster))
	return st.Disabled && b.Cluster != ""
}

// runsOn tells whether the service is on a host, or on any backend of it when only the machine is named.
func (svc runningService) runsOn(host string) bool {
	return svc.Host == host || strings.HasPrefix(svc.Host, host+"@")
}

func (svc runningService) status() string {
	if svc.Disabled {
		return "disabled"
	}
	return "enabled"
}

// serviceView is a service on the wire. The last three fields are those of volume services.
type serviceView struct {
	Binary         string      `json:"binary"`
	Host           string      `json:"host"`
	Zone           string      `json:"zone"`
	Status         string      `json:"status"`
	State          string      `json:"state"`
	UpdatedAt      stamp       `json:"updated_at"`
	BackendState   string      `json:"backend_state,omitempty"` // since 3.49
	Cluster        *nullString `json:"cluster,omitempty"`       // since 3.7
	DisabledReason *string     `json:"disabled_reason"`

	ReplicationStatus string      `json:"replication_status,omitempty"`
	ActiveBackendID   *nullString `json:"active_backend_id,omitempty"`
	Frozen            *bool       `json:"frozen,omitempty"`
}

type servicesOut struct {
	Services []serviceView `json:"services"`
}

// osServiceList serves GET /os-services. API reference: Block Storage v3, "List All Cinder Services".
func (s *Service) osServiceList(c *httpapi.Call) (servicesOut, error) {
	out := servicesOut{Services: []serviceView{}}
	host, byHost := lastOf(c.Query(), "host")
	binary, byBinary := lastOf(c.Query(), "binary")
	for _, svc := range s.runningServices(s.db.View()) {
		if byHost && !svc.runsOn(host) || byBinary && svc.Binary != binary {
			continue
		}
		out.Services = append(out.Services, newServiceView(c, svc))
	}
	return out, nil
}

func newServiceView(c *httpapi.Call, svc runningService) serviceView {
	v := serviceView{
		Binary: svc.Binary, Host: svc.Host, Zone: svc.Zone, Status: svc.status(), State: "up",
		UpdatedAt: stamp(c.Now), DisabledReason: svc.Reason,
	}
	if c.Version.AtLeast(mvClusterSupport) {
		v.Cluster = orNull(svc.Cluster)
	}
	if svc.Binary == binaryVolume {
		v.ReplicationStatus, v.ActiveBackendID, v.Frozen = svc.ReplicationStatus, orNull(svc.ActiveBackendID), &svc.Frozen
		if c.Version.AtLeast(mvBackendStateReport) {
			v.BackendState = "up"
		}
	}
	return v
}

type serviceIn struct {
	Host           *string `json:"host"`
	Service        string  `json:"service"`
	Binary         string  `json:"binary"`
	DisabledReason *string `json:"disabled_reason"`
}

type serviceOut struct {
	Host           string  `json:"host"`
	Service        string  `json:"service"`
	Binary         string  `json:"binary"`
	Status         string  `json:"status"`
	Disabled       bool    `json:"disabled"`
	DisabledReason *string `json:"disabled_reason,omitempty"`
}

// osServiceEnable serves PUT /os-services/enable. API reference: Block Storage v3, "Enable a Cinder Service".
func (s *Service) osServiceEnable(_ *httpapi.Call, in serviceIn) (serviceOut, error) {
	return s.setService(in, func(st *serviceState) { st.Disabled = false })
}

// osServiceDisable serves PUT /os-services/disable: the scheduler passes the service over.
// API reference: Block Storage v3, "Disable a Cinder Service".
func (s *Service) osServiceDisable(_ *httpapi.Call, in serviceIn) (serviceOut, error) {
	return s.setService(in, func(st *serviceState) { st.Disabled = true })
}

// osServiceDisableLogReason serves PUT /os-services/disable-log-reason.
// API reference: Block Storage v3, "Log Disabled Cinder Service Information".
func (s *Service) osServiceDisableLogReason(_ *httpapi.Call, in serviceIn) (serviceOut, error) {
	out, err := s.setService(in, func(st *serviceState) { st.Disabled, st.Reason = true, in.DisabledReason })
	out.DisabledReason = in.DisabledReason
	return out, err
}

func (s *Service) setService(in serviceIn, set func(*serviceState)) (serviceOut, error) {
	if in.Host == nil || *in.Host == "" {
		return serviceOut{}, fail.New(fail.Invalid, "Invalid input received: Host field is missing.")
	}
	binary := in.Binary
	if binary == "" {
		binary = in.Service
	}
	out := serviceOut{Host: *in.Host, Service: in.Service, Binary: in.Binary}
	err := s.db.Update(func(tx *state.Tx) error {
		for _, svc := range s.runningServices(tx) {
			if svc.Binary != binary || svc.Host != *in.Host {
				continue
			}
			set(&svc.serviceState)
			svc.Key, svc.UpdatedAt = serviceKey(svc.Host, svc.Binary), s.clock.Now()
			s.services.Put(tx, svc.serviceState)
			out.Status, out.Disabled = svc.status(), svc.Disabled
			return nil
		}
		return noService(binary, *in.Host)
	})
	return out, err
}

func noService(binary, host string) error {
	return fail.New(fail.NotFound, "Service %s could not be found on host %s.", binary, host)
}

// disabledReasonFormat is the string format of schemas that asks for more than spaces.
func disabledReasonFormat(v schema.Value) error {
	if s, ok := v.(string); ok && s != "" && strings.TrimSpace(s) == "" {
		return schema.ErrFormat
	}
	return nil
}
