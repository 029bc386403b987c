package cinder

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// Config is Cinder's part of a fixture. Fields that mirror cinder.conf keep its spelling and its defaults, which are those
// of DefaultConfig.
type Config struct {
	// Backends are where volumes are kept, by order of the configuration.
	Backends []Backend `yaml:"backends" json:"backends"`
	// VolumeTypes exist from the beginning; a type named DefaultVolumeType is added if it is missing.
	VolumeTypes []VolumeTypeConfig `yaml:"volume_types" json:"volume_types"`
	// DefaultVolumeType is the type of volumes that ask for none; "__DEFAULT__" when empty.
	DefaultVolumeType string `yaml:"default_volume_type,omitempty" json:"default_volume_type,omitempty"`
	// StorageAvailabilityZone is the zone of volumes that ask for none; "nova" when empty.
	StorageAvailabilityZone string `yaml:"storage_availability_zone,omitempty" json:"storage_availability_zone,omitempty"`
	// SchedulerDefaultFilters are the filters of the scheduler. AvailabilityZoneFilter, CapacityFilter and CapabilitiesFilter
	// hold whether or not they are named; DifferentBackendFilter and SameBackendFilter heed hints of those who create volumes.
	SchedulerDefaultFilters []string `yaml:"scheduler_default_filters,omitempty" json:"scheduler_default_filters,omitempty"`
	// AllowAvailabilityZoneFallback gives a volume the default zone when the one it asks for does not exist.
	AllowAvailabilityZoneFallback bool `yaml:"allow_availability_zone_fallback,omitempty" json:"allow_availability_zone_fallback,omitempty"`

	// AuthStrategy is how Cinder learns who calls: "keystone" (when empty) asks Keystone; "noauth" and
	// "noauth_include_project_id" believe whatever USER:PROJECT a token says, and take everybody for an administrator.
	AuthStrategy string `yaml:"auth_strategy,omitempty" json:"auth_strategy,omitempty"`

	// Policy are rules of oslo.policy, by their names, over the default ones.
	Policy map[string]string `yaml:"policy,omitempty" json:"policy,omitempty"`

	// Quotas are the limits of projects that have none of their own, by resource, such as volumes, gigabytes or
	// gigabytes_TYPE; -1 is no limit. What is left out has upstream's: 10 volumes, 1000 GiB.
	Quotas map[string]int `yaml:"quotas,omitempty" json:"quotas,omitempty"`
	// PerVolumeSizeLimit is the greatest size of a volume in GiB; 0 and -1 are no limit.
	PerVolumeSizeLimit int `yaml:"per_volume_size_limit,omitempty" json:"per_volume_size_limit,omitempty"`
	// MaxLimit is the greatest page of a list.
	MaxLimit int `yaml:"osapi_max_limit" json:"osapi_max_limit"`
	// MessageTTL is how long user messages are kept.
	MessageTTL Duration `yaml:"message_ttl" json:"message_ttl"`

	// GlanceNumRetries is how often a request to Glance that failed is sent again.
	GlanceNumRetries int `yaml:"glance_num_retries" json:"glance_num_retries"`
	// GlanceCoreProperties are image properties that an upload does not carry over; carrying over is off when it is empty.
	GlanceCoreProperties []string `yaml:"glance_core_properties" json:"glance_core_properties"`
	// ReservedImageNamespaces are prefixes of further image properties that an upload does not carry over.
	ReservedImageNamespaces []string `yaml:"reserved_image_namespaces,omitempty" json:"reserved_image_namespaces,omitempty"`
	// EnableForceUpload lets "force" upload volumes that are in use.
	EnableForceUpload bool `yaml:"enable_force_upload,omitempty" json:"enable_force_upload,omitempty"`
	// AllowCompressionOnImageUpload lets volumes be uploaded in the container format "compressed".
	AllowCompressionOnImageUpload bool `yaml:"allow_compression_on_image_upload,omitempty" json:"allow_compression_on_image_upload,omitempty"`
	// ImageConversionDisable refuses, late, to change a disk format on the way from or to Glance.
	ImageConversionDisable bool `yaml:"image_conversion_disable,omitempty" json:"image_conversion_disable,omitempty"`
	// ServiceTokenRoles tell the tokens of services that pass a user's request on: service when empty. A token in
	// X-Service-Token without one of them counts for little, or for nothing with ServiceTokenRolesRequired.
	ServiceTokenRoles         []string `yaml:"service_token_roles,omitempty" json:"service_token_roles,omitempty"`
	ServiceTokenRolesRequired bool     `yaml:"service_token_roles_required,omitempty" json:"service_token_roles_required,omitempty"`

	// Variants are alternatives of the store workflow's design that upstream never merged.
	Variants Variants `yaml:"variants,omitempty" json:"variants,omitempty"`
}

// Variants are off by default: upstream has none of them.
type Variants struct {
	// GlanceStore is the store of all uploads whose volume type names none, as "[glance] store" would have been.
	GlanceStore string `yaml:"glance_store,omitempty" json:"glance_store,omitempty"`
	// UploadStoreParameter adds the parameter "store" to os-volume_upload_image; it wins over the type's store.
	UploadStoreParameter bool `yaml:"upload_store_parameter,omitempty" json:"upload_store_parameter,omitempty"`
	// TypeStoreProperty adds the property "store" to volume types; it wins over the extra spec.
	TypeStoreProperty bool `yaml:"type_store_property,omitempty" json:"type_store_property,omitempty"`
}

// DefaultConfig is the default cloud's Cinder: backends lvmdriver-1 and lvmdriver-2, a volume type for each, and the type
// __DEFAULT__.
func DefaultConfig() Config {
	return Config{
		MaxLimit:             1000,
		MessageTTL:           Duration(30 * 24 * time.Hour),
		GlanceNumRetries:     3,
		GlanceCoreProperties: []string{"checksum", "container_format", "disk_format", "image_name", "image_id", "min_disk", "min_ram", "name", "size"},
	}.WithBackends("lvmdriver-1", "lvmdriver-2")
}

// WithBackends returns the configuration with other backends: one of each name, and a volume type of the same name that
// asks for it.
func (c Config) WithBackends(names ...string) Config {
	c.Backends, c.VolumeTypes = nil, nil
	for _, name := range names {
		c.Backends = append(c.Backends, Backend{Name: name, TotalCapacity: 1000, ThinProvisioning: true})
		c.VolumeTypes = append(c.VolumeTypes, VolumeTypeConfig{Name: name, ExtraSpecs: map[string]string{"volume_backend_name": name}})
	}
	return c
}

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	if c.DefaultVolumeType == "" {
		c.DefaultVolumeType = "__DEFAULT__"
	}
	if c.AuthStrategy == "" {
		c.AuthStrategy = authKeystone
	}
	if c.ServiceTokenRoles == nil {
		c.ServiceTokenRoles = []string{"service"}
	}
	if c.StorageAvailabilityZone == "" {
		c.StorageAvailabilityZone = defaultZone
	}
	if c.MaxLimit == 0 {
		c.MaxLimit = 1000
	}
	if c.PerVolumeSizeLimit == 0 {
		c.PerVolumeSizeLimit = -1
	}
	c.Backends = slices.Clone(c.Backends)
	for i := range c.Backends {
		c.Backends[i] = c.Backends[i].withDefaults()
	}
	return c
}

// Validate reports every mistake, by the path of the field.
func (c Config) Validate() error {
	_, mistakes := policies(release.Latest, c.Policy)
	errs := []error{policy.Located("block_storage.policy.", mistakes)}
	wrong := func(field, format string, args ...any) {
		errs = append(errs, fmt.Errorf("block_storage.%s: %s", field, fmt.Sprintf(format, args...)))
	}
	seen := map[string]bool{}
	for i, b := range c.Backends {
		path := fmt.Sprintf("block_storage.backends[%d]", i)
		errs = append(errs, b.validate(path))
		if seen[b.Name] {
			errs = append(errs, fmt.Errorf("%s.name: %q is there twice", path, b.Name))
		}
		seen[b.Name] = true
	}
	errs = append(errs, validateTypes(c.VolumeTypes))
	if c.AuthStrategy != "" && !slices.Contains(authStrategies(), c.AuthStrategy) {
		wrong("auth_strategy", "%q: want one of %v", c.AuthStrategy, authStrategies())
	}
	if c.PerVolumeSizeLimit < -1 {
		wrong("per_volume_size_limit", "%d: want -1 or more", c.PerVolumeSizeLimit)
	}
	for i, name := range c.SchedulerDefaultFilters {
		if !slices.Contains(schedulerFilters(), name) {
			wrong(fmt.Sprintf("scheduler_default_filters[%d]", i), "%q: want one of %v", name, schedulerFilters())
		}
	}
	for name, limit := range c.Quotas {
		if limit < -1 || limit > maxInt {
			wrong("quotas."+name, "%d: want -1 to %d", limit, maxInt)
		}
	}
	if c.MaxLimit < 0 {
		wrong("osapi_max_limit", "%d: want 1 or more", c.MaxLimit)
	}
	if c.GlanceNumRetries < 0 {
		wrong("glance_num_retries", "%d: want 0 or more", c.GlanceNumRetries)
	}
	if c.MessageTTL < 0 {
		wrong("message_ttl", "%s: want 0 or more", time.Duration(c.MessageTTL))
	}
	return errors.Join(errs...)
}

// Duration is a time.Duration that fixtures write as "1m30s".
type Duration = sim.Duration
