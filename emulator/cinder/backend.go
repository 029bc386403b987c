package cinder

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Backend is a place where volumes are kept: what cinder.conf and a driver's reports say of it. Each backend has one pool.
type Backend struct {
	// Name is the backend's section in cinder.conf, such as "lvmdriver-1".
	Name string `yaml:"name" json:"name"`
	// Host is the pool as volumes and the scheduler name it, HOST@BACKEND#POOL; "fauxstack@NAME#NAME" when empty.
	Host string `yaml:"host,omitempty" json:"host,omitempty"`
	// VolumeBackendName is what types ask for with the extra spec volume_backend_name; Name when empty.
	VolumeBackendName string `yaml:"volume_backend_name,omitempty" json:"volume_backend_name,omitempty"`
	// Zone is the availability zone; "nova" when empty.
	Zone string `yaml:"zone,omitempty" json:"zone,omitempty"`

	// TotalCapacity and FreeCapacity are GiB before any volume is made here, "infinite" or "unknown". FreeCapacity is the
	// whole when it is left out.
	TotalCapacity Capacity  `yaml:"total_capacity_gb" json:"total_capacity_gb"`
	FreeCapacity  *Capacity `yaml:"free_capacity_gb,omitempty" json:"free_capacity_gb,omitempty"`
	// ReservedPercentage of the total is never given away.
	ReservedPercentage int `yaml:"reserved_percentage,omitempty" json:"reserved_percentage,omitempty"`
	// ThinProvisioning lets volumes promise more than there is, up to MaxOverSubscriptionRatio (20 when zero) times the total.
	ThinProvisioning         bool    `yaml:"thin_provisioning_support,omitempty" json:"thin_provisioning_support,omitempty"`
	MaxOverSubscriptionRatio float64 `yaml:"max_over_subscription_ratio,omitempty" json:"max_over_subscription_ratio,omitempty"`

	// Cluster is the cluster that the backend's volume service belongs to, spelt NAME@BACKEND; none when empty.
	Cluster string `yaml:"cluster,omitempty" json:"cluster,omitempty"`
	// ReplicationTargets are the backend_id of the replication_device to which the backend can fail over; none when empty.
	ReplicationTargets []string `yaml:"replication_targets,omitempty" json:"replication_targets,omitempty"`

	// Capabilities are further facts that the driver reports, for extra specs to match; values may be nested. They win
	// over what the fields above say.
	Capabilities map[string]any `yaml:"capabilities,omitempty" json:"capabilities,omitempty"`
}

const defaultZone = "nova"

// defaultOverSubscription is max_over_subscription_ratio of cinder.conf.
const defaultOverSubscription = 20

// withDefaults fills in what was left out.
func (b Backend) withDefaults() Backend {
	if b.Host == "" {
		b.Host = "fauxstack@" + b.Name + "#" + b.Name
	}
	if b.VolumeBackendName == "" {
		b.VolumeBackendName = b.Name
	}
	if b.Zone == "" {
		b.Zone = defaultZone
	}
	if b.MaxOverSubscriptionRatio == 0 {
		b.MaxOverSubscriptionRatio = defaultOverSubscription
	}
	if b.FreeCapacity == nil {
		free := b.TotalCapacity
		b.FreeCapacity = &free
	}
	return b
}

// service is the host under which the volume service of this backend runs: the pool's, without the pool.
func (b *Backend) service() string {
	service, _, _ := strings.Cut(b.Host, "#")
	return service
}

// pool is the part of Host after "#".
func (b *Backend) pool() string {
	_, pool, _ := strings.Cut(b.Host, "#")
	return pool
}

func (b Backend) validate(path string) error {
	var errs []error
	wrong := func(field, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s.%s: %s", path, field, fmt.Sprintf(format, args...)))
	}
	if b.Name == "" {
		wrong("name", "is required")
	}
	if b.Host != "" && (!strings.Contains(b.Host, "@") || strings.Count(b.Host, "#") != 1 || len(b.Host) > 255) {
		wrong("host", "%q: want HOST@BACKEND#POOL", b.Host)
	}
	if c := b.TotalCapacity; c.known() && !(c >= 0) {
		wrong("total_capacity_gb", "%v: want 0 or more", float64(c))
	}
	if c := b.FreeCapacity; c != nil && c.known() && !(*c >= 0) {
		wrong("free_capacity_gb", "%v: want 0 or more", float64(*c))
	}
	if b.ReservedPercentage < 0 || b.ReservedPercentage > 100 {
		wrong("reserved_percentage", "%d: want 0 to 100", b.ReservedPercentage)
	}
	if r := b.MaxOverSubscriptionRatio; r != 0 && (r < 1 || math.IsInf(r, 0)) || math.IsNaN(r) {
		wrong("max_over_subscription_ratio", "%v: want 1 or more", r)
	}
	return errors.Join(errs...)
}

// report is what the backend's driver tells the scheduler and never changes. The keys are those of Cinder's LVM driver
// (volume/drivers/lvm.py).
func (b Backend) report() map[string]any {
	lvmType := "default"
	if b.ThinProvisioning {
		lvmType = "thin"
	}
	host, _, _ := strings.Cut(b.Host, "@")
	report := map[string]any{
		"pool_name":                   b.pool(),
		"volume_backend_name":         b.VolumeBackendName,
		"vendor_name":                 "Open Source",
		"driver_version":              "3.0.0",
		"storage_protocol":            "iSCSI",
		"total_capacity_gb":           b.TotalCapacity.reported(),
		"reserved_percentage":         b.ReservedPercentage,
		"max_over_subscription_ratio": pythonFloat(b.MaxOverSubscriptionRatio),
		"thin_provisioning_support":   b.ThinProvisioning,
		"thick_provisioning_support":  !b.ThinProvisioning,
		"location_info":               fmt.Sprintf("LVMVolumeDriver:%s:stack-volumes-%s:%s:0", host, b.Name, lvmType),
		"QoS_support":                 false,
		"multiattach":                 true,
		"backend_state":               "up",
		"filter_function":             nil,
		"goodness_function":           nil,
	}
	if len(b.ReplicationTargets) > 0 {
		targets := make([]any, len(b.ReplicationTargets))
		for i, id := range b.ReplicationTargets {
			targets[i] = id
		}
		report["replication_enabled"], report["replication_targets"] = true, targets
	}
	maps.Copy(report, b.Capabilities)
	report["storage_protocol"] = protocolVariants(report["storage_protocol"])
	return report
}

// current is one of the facts that change with what is allocated.
func (b *Backend) current(name string, allocated allocation) (any, bool) {
	switch name {
	case "free_capacity_gb":
		return b.free(allocated).reported(), true
	case "allocated_capacity_gb":
		return allocated.GiB, true
	case "provisioned_capacity_gb":
		return pythonNumber(Capacity(allocated.GiB)), true
	case "total_volumes":
		return allocated.Volumes, true
	}
	return nil, false
}

// currentNames are what current knows.
func currentNames() []string {
	return []string{"free_capacity_gb", "allocated_capacity_gb", "provisioned_capacity_gb", "total_volumes"}
}

// free is what is left of the free capacity. Thin volumes take nothing of it: the emulator's are as sparse as can be.
func (b *Backend) free(allocated allocation) Capacity {
	if b.ThinProvisioning || !b.FreeCapacity.known() {
		return *b.FreeCapacity
	}
	return max(*b.FreeCapacity-Capacity(allocated.GiB), 0)
}

// protocolVariants are all the ways to spell a protocol; extra specs may use any (common/constants.py).
func protocolVariants(protocol any) any {
	for _, variants := range [][]any{
		{"iSCSI", "iscsi"}, {"FC", "fibre_channel", "fc"}, {"NFS", "nfs"}, {"NVMe-oF", "NVMeOF", "nvmeof"},
	} {
		if slices.Contains(variants, protocol) {
			return variants
		}
	}
	return protocol
}

// pythonFloat writes a ratio as Python's str(float) does: "20.0".
func pythonFloat(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// Capacity is a number of GiB, or one of Infinite and Unknown.
type Capacity float64

// What a driver says that cannot count.
const (
	Infinite Capacity = -1
	Unknown  Capacity = -2
)

func (c Capacity) known() bool { return c != Infinite && c != Unknown }

// reported is the capacity as drivers report it.
func (c Capacity) reported() any {
	switch c {
	case Infinite:
		return "infinite"
	case Unknown:
		return "unknown"
	}
	return pythonNumber(c)
}

// pythonNumber is a JSON number that keeps its point, 1000.0, as Python writes a float.
func pythonNumber(c Capacity) json.Number { return json.Number(pythonFloat(float64(c))) }

// UnmarshalText reads a capacity from a fixture: GiB, "infinite" or "unknown".
func (c *Capacity) UnmarshalText(text []byte) error {
	switch s := string(text); s {
	case "infinite":
		*c = Infinite
	case "unknown":
		*c = Unknown
	default:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f < 0 || math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("capacity %q: want GiB, infinite or unknown", s)
		}
		*c = Capacity(f)
	}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (c Capacity) MarshalText() ([]byte, error) { return fmt.Append(nil, c.reported()), nil }

// UnmarshalJSON reads a number or one of the two words.
func (c *Capacity) UnmarshalJSON(raw []byte) error {
	return c.UnmarshalText([]byte(strings.Trim(string(raw), `"`)))
}

// MarshalJSON writes a number or one of the two words.
func (c Capacity) MarshalJSON() ([]byte, error) { return json.Marshal(c.reported()) }
