package glance

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// Config is Glance's part of a fixture. Fields that mirror glance-api.conf keep its spelling, and zero is its default.
type Config struct {
	// Stores are the enabled stores, by order of the configuration.
	Stores []StoreConfig `yaml:"stores" json:"stores"`
	// DefaultStore takes the data of uploads that name no store; the first writable one when empty.
	DefaultStore string `yaml:"default_store,omitempty" json:"default_store,omitempty"`
	// SingleStore is a Glance without enabled_backends: clients see no stores, and all data goes to the default one.
	SingleStore bool `yaml:"single_store,omitempty" json:"single_store,omitempty"`
	// EnabledImportMethods is what discovery tells; none when it is empty but not left out.
	EnabledImportMethods []string `yaml:"enabled_import_methods,omitempty" json:"enabled_import_methods,omitempty"`

	// ImportFilteringOpts lets web-download fetch data from addresses that callers give. It is closed when left out.
	ImportFilteringOpts *ImportFilteringOpts `yaml:"import_filtering_opts,omitempty" json:"import_filtering_opts,omitempty"`

	// ImageSizeCap is the greatest image, in bytes; 1 TiB when 0.
	ImageSizeCap int64 `yaml:"image_size_cap,omitempty" json:"image_size_cap,omitempty"`
	// ImageMemberQuota, ImagePropertyQuota and ImageTagQuota are how many an image may have; 128 when 0, no limit below.
	ImageMemberQuota   int `yaml:"image_member_quota,omitempty" json:"image_member_quota,omitempty"`
	ImagePropertyQuota int `yaml:"image_property_quota,omitempty" json:"image_property_quota,omitempty"`
	ImageTagQuota      int `yaml:"image_tag_quota,omitempty" json:"image_tag_quota,omitempty"`
	// ImageLocationQuota is how many places of its data an image may have; 10 when 0, no limit below.
	ImageLocationQuota int `yaml:"image_location_quota,omitempty" json:"image_location_quota,omitempty"`
	// UserStorageQuota is how much the images of a project may come to, in all their stores: bytes, or a number with one of the
	// units B, KB, MB, GB and TB; no limit when empty or 0.
	UserStorageQuota string `yaml:"user_storage_quota,omitempty" json:"user_storage_quota,omitempty"`
	// UseKeystoneLimits holds projects to Keystone's limits for the service, instead of UserStorageQuota. What has no
	// registered limit there is not allowed at all.
	UseKeystoneLimits bool `yaml:"use_keystone_limits,omitempty" json:"use_keystone_limits,omitempty"`
	// ServiceTokenRoles tell the tokens of services that pass a user's request on: service when empty. A token in
	// X-Service-Token without one of them counts for little, or for nothing with ServiceTokenRolesRequired.
	ServiceTokenRoles         []string `yaml:"service_token_roles,omitempty" json:"service_token_roles,omitempty"`
	ServiceTokenRolesRequired bool     `yaml:"service_token_roles_required,omitempty" json:"service_token_roles_required,omitempty"`
	// ShowMultipleLocations shows where an image's data lies, and lets clients change it; ShowImageDirectURL shows the first
	// of these places.
	ShowMultipleLocations bool `yaml:"show_multiple_locations,omitempty" json:"show_multiple_locations,omitempty"`
	ShowImageDirectURL    bool `yaml:"show_image_direct_url,omitempty" json:"show_image_direct_url,omitempty"`
	// LimitParamDefault is the length of a page when the client does not say (25), APILimitMax the greatest (1000).
	LimitParamDefault int `yaml:"limit_param_default,omitempty" json:"limit_param_default,omitempty"`
	APILimitMax       int `yaml:"api_limit_max,omitempty" json:"api_limit_max,omitempty"`

	// ImageCacheDir turns the image cache on. Nothing is ever written there: the cache only says that it has something.
	ImageCacheDir string `yaml:"image_cache_dir,omitempty" json:"image_cache_dir,omitempty"`
	// ImageCacheMaxSize is how many bytes pruning leaves in it; 10 GiB when 0.
	ImageCacheMaxSize int64 `yaml:"image_cache_max_size,omitempty" json:"image_cache_max_size,omitempty"`
	// WorkerSelfReferenceURL is what the cache calls the node that it is on; "http://127.0.0.1:9292" when empty.
	WorkerSelfReferenceURL string `yaml:"worker_self_reference_url,omitempty" json:"worker_self_reference_url,omitempty"`

	// Metadefs is a directory of metadata definitions that exist from the beginning, in files such as upstream's
	// etc/metadefs; "example" is a small one that is built in.
	Metadefs string `yaml:"metadefs,omitempty" json:"metadefs,omitempty"`

	// Policy are rules of oslo.policy, by their names, over the default ones.
	Policy map[string]string `yaml:"policy,omitempty" json:"policy,omitempty"`

	// Images exist from the beginning.
	Images []ImageConfig `yaml:"images,omitempty" json:"images,omitempty"`
}

// StoreConfig is one store. It is also the store's row in the state, and what Go tests change at run time.
type StoreConfig struct {
	ID string `yaml:"id" json:"id"`
	// Type is what discovery tells: file, rbd, swift, s3, cinder or http; file when empty. A store of type http is
	// read-only. "memory" means file, with its data in memory, as that of every store without a path.
	Type        string `yaml:"type,omitempty" json:"type,omitempty"`
	Description string `yaml:"description,omitempty" json:"description,omitempty"`
	// Weight orders the stores of an image, the greatest first.
	Weight int `yaml:"weight,omitempty" json:"weight,omitempty"`
	// Path is a directory for the data.
	Path string `yaml:"path,omitempty" json:"path,omitempty"`
	// Bucket is the URL of a bucket for the data, such as s3://images?region=eu-1, for programs that know how to open it.
	Bucket string `yaml:"bucket,omitempty" json:"bucket,omitempty"`
	// Capacity is how many bytes fit; no limit when 0.
	Capacity int64 `yaml:"capacity,omitempty" json:"capacity,omitempty"`
	// DenyWrites refuses uploads as a store does whose permissions are wrong.
	DenyWrites bool `yaml:"deny_writes,omitempty" json:"deny_writes,omitempty"`
	// Full refuses uploads as a store does whose medium is full, whatever its capacity.
	Full bool `yaml:"full,omitempty" json:"full,omitempty"`
}

// ImageConfig is an image with zeros for data, but for its beginning.
type ImageConfig struct {
	// ID is drawn when empty.
	ID              string            `yaml:"id,omitempty" json:"id,omitempty"`
	Name            string            `yaml:"name" json:"name"`
	Owner           string            `yaml:"owner,omitempty" json:"owner,omitempty"`                       // project id; nobody when empty
	Visibility      Visibility        `yaml:"visibility,omitempty" json:"visibility,omitempty"`             // public when empty
	DiskFormat      string            `yaml:"disk_format,omitempty" json:"disk_format,omitempty"`           // raw when empty
	ContainerFormat string            `yaml:"container_format,omitempty" json:"container_format,omitempty"` // bare when empty
	MinDisk         int               `yaml:"min_disk,omitempty" json:"min_disk,omitempty"`
	MinRAM          int               `yaml:"min_ram,omitempty" json:"min_ram,omitempty"`
	Protected       bool              `yaml:"protected,omitempty" json:"protected,omitempty"`
	Hidden          bool              `yaml:"os_hidden,omitempty" json:"os_hidden,omitempty"`
	Properties      map[string]string `yaml:"properties,omitempty" json:"properties,omitempty"`
	Tags            []string          `yaml:"tags,omitempty" json:"tags,omitempty"`
	// Store holds the data; the default store when empty.
	Store string `yaml:"store,omitempty" json:"store,omitempty"`
	// Size of the data in bytes; 16 MiB when 0.
	Size int64 `yaml:"size,omitempty" json:"size,omitempty"`
}

// DefaultConfig is the default cloud's Glance: stores reliable, fast (the default), cheap and the read-only archive, and
// a small public image, cirros.
func DefaultConfig() Config {
	return Config{
		Stores: []StoreConfig{
			{ID: "reliable", Description: "Has a good transfer speed/price ratio"},
			{ID: "fast", Description: "Fast store with short transfer time"},
			{ID: "cheap", Description: "Inexpensive store for seldom used images"},
			{ID: "archive", Description: "Read-only store of published images", Type: typeHTTP},
		},
		DefaultStore: "fast",
		Images:       []ImageConfig{{Name: "cirros"}},
	}
}

// The types of store that behave in their own way.
const (
	typeFile   = "file"
	typeMemory = "memory"
	typeHTTP   = "http"
)

var storeTypes = []string{typeMemory, typeFile, "rbd", "swift", "s3", "cinder", typeHTTP}

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	for field, value := range map[*int]int{
		&c.ImageMemberQuota: 128, &c.ImagePropertyQuota: 128, &c.ImageTagQuota: 128, &c.ImageLocationQuota: 10,
		&c.LimitParamDefault: 25, &c.APILimitMax: 1000,
	} {
		if *field == 0 {
			*field = value
		}
	}
	if c.ImageSizeCap == 0 {
		c.ImageSizeCap = 1 << 40
	}
	if c.EnabledImportMethods == nil {
		c.EnabledImportMethods = []string{"glance-direct", "web-download", "copy-image"}
	}
	if c.ServiceTokenRoles == nil {
		c.ServiceTokenRoles = []string{"service"}
	}
	if c.ImageCacheMaxSize == 0 {
		c.ImageCacheMaxSize = 10 << 30
	}
	if c.WorkerSelfReferenceURL == "" {
		c.WorkerSelfReferenceURL = "http://127.0.0.1:9292"
	}
	c.ImportFilteringOpts = c.ImportFilteringOpts.withDefaults()
	c.Stores = slices.Clone(c.Stores)
	for i := range c.Stores {
		c.Stores[i] = c.Stores[i].withDefaults()
	}
	if c.DefaultStore == "" {
		for _, s := range c.Stores {
			if s.Type != typeHTTP {
				c.DefaultStore = s.ID
				break
			}
		}
	}
	return c
}

func (c StoreConfig) withDefaults() StoreConfig {
	if c.Type == "" || c.Type == typeMemory {
		c.Type = typeFile
	}
	return c
}

// Validate reports every mistake, by the path of the field.
func (c Config) Validate() error {
	c = c.withDefaults()
	_, mistakes := policies(release.Latest, c.Policy)
	errs := []error{policy.Located("image.policy.", mistakes)}
	seen := map[string]bool{}
	for i, s := range c.Stores {
		path := fmt.Sprintf("image.stores[%d]", i)
		errs = append(errs, s.validate(path))
		if seen[s.ID] {
			errs = append(errs, fmt.Errorf("%s.id: %q is there twice", path, s.ID))
		}
		seen[s.ID] = true
	}
	switch {
	case len(c.Stores) == 0:
		errs = append(errs, errors.New("image.stores: want at least one"))
	case !seen[c.DefaultStore]:
		errs = append(errs, fmt.Errorf("image.default_store: %q is none of the stores", c.DefaultStore))
	}
	for field, n := range map[string]int64{
		"image_size_cap": c.ImageSizeCap, "limit_param_default": int64(c.LimitParamDefault),
		"api_limit_max": int64(c.APILimitMax),
	} {
		if n < 1 {
			errs = append(errs, fmt.Errorf("image.%s: %d: want 1 or more", field, n))
		}
	}
	if _, ok := parseQuota(c.UserStorageQuota); !ok {
		errs = append(errs, fmt.Errorf("image.user_storage_quota: %q: want a number, with B, KB, MB, GB or TB behind it or nothing", c.UserStorageQuota))
	}
	ids := map[string]bool{}
	for i, image := range c.Images {
		path := fmt.Sprintf("image.images[%d]", i)
		errs = append(errs, image.validate(path, seen))
		if ids[image.ID] {
			errs = append(errs, fmt.Errorf("%s.id: %q is there twice", path, image.ID))
		}
		ids[image.ID] = image.ID != ""
	}
	return errors.Join(errs...)
}

// storeID is a name that can be a section of a configuration file, an element of a list, and a value of a header.
var storeID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

func (c StoreConfig) validate(path string) error {
	var errs []error
	switch {
	case strings.HasPrefix(c.ID, reservedPrefix):
		errs = append(errs, fmt.Errorf("%s.id: 'os_glance_' prefix should not be used in enabled_backends config option. "+
			"It is reserved for internal use only.", path))
	case !storeID.MatchString(c.ID) || len(c.ID) > 255:
		errs = append(errs, fmt.Errorf("%s.id: %q: want at most 255 letters, digits, dashes, dots and underscores", path, c.ID))
	}
	if c.Type != "" && !slices.Contains(storeTypes, c.Type) {
		errs = append(errs, fmt.Errorf("%s.type: %q: want one of %s", path, c.Type, strings.Join(storeTypes, ", ")))
	}
	if c.Path != "" && c.Bucket != "" {
		errs = append(errs, fmt.Errorf("%s.bucket: there is a path already", path))
	}
	if c.Capacity < 0 {
		errs = append(errs, fmt.Errorf("%s.capacity: %d: want 0 or more bytes", path, c.Capacity))
	}
	return errors.Join(errs...)
}

func (c ImageConfig) validate(path string, stores map[string]bool) error {
	var errs []error
	if c.ID != "" && !imageID.MatchString(c.ID) {
		errs = append(errs, fmt.Errorf("%s.id: %q: want a UUID", path, c.ID))
	}
	if !slices.Contains([]Visibility{"", Public, Community, Shared, Private}, c.Visibility) {
		errs = append(errs, fmt.Errorf("%s.visibility: %q: want public, community, shared or private", path, c.Visibility))
	}
	if c.DiskFormat != "" && !slices.Contains(diskFormats, c.DiskFormat) {
		errs = append(errs, fmt.Errorf("%s.disk_format: %q: want one of %s", path, c.DiskFormat, strings.Join(diskFormats, ", ")))
	}
	if c.ContainerFormat != "" && !slices.Contains(containerFormats, c.ContainerFormat) {
		errs = append(errs, fmt.Errorf("%s.container_format: %q: want one of %s", path, c.ContainerFormat, strings.Join(containerFormats, ", ")))
	}
	if c.Size < 0 || c.MinDisk < 0 || c.MinRAM < 0 {
		errs = append(errs, fmt.Errorf("%s: size, min_disk and min_ram: want 0 or more", path))
	}
	if c.Store != "" && !stores[c.Store] {
		errs = append(errs, fmt.Errorf("%s.store: %q is none of the stores", path, c.Store))
	}
	return errors.Join(errs...)
}
