package client

import (
	"encoding/json"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// Health is how a server is.
type Health struct {
	Status  string `json:"status"` // "ready", or "seeding" until the clouds that it starts with are up
	Version string `json:"version"`
	Clouds  int    `json:"clouds"`
}

// Cloud is one of a server's clouds, and how to reach it.
type Cloud struct {
	Name string `json:"name"`
	// URL is the cloud's address, and AuthURL that of its Keystone.
	URL     string `json:"url"`
	AuthURL string `json:"auth_url"`
	// URLs are all its addresses: below the server's own, by a host name of its own, on a port of its own.
	URLs      []string  `json:"urls"`
	ForkedOff string    `json:"forked_off,omitempty"` // the cloud that it began as
	CreatedAt time.Time `json:"created_at"`           // by the machine's clock
	Now       time.Time `json:"now"`                  // by the cloud's
	Clock     string    `json:"clock"`                // what makes its time pass: real, manual or step
	Stores    []string  `json:"stores"`
	Backends  []string  `json:"backends"`
	Faults    int       `json:"faults"`
	Snapshots int       `json:"snapshots"`
	Pending   int       `json:"pending"` // background work that is still to come
}

// Spec is a cloud to be.
type Spec struct {
	// Name is 1 to 63 small letters, digits and dashes, so that it can be a host name.
	Name string `json:"name"`
	// Fixture seeds the cloud: an emulator.Fixture, or YAML as a string. What it leaves out is as in the default fixture.
	// Without it the cloud begins as the server's first one did.
	Fixture any     `json:"fixture,omitempty"`
	Options Options `json:"options,omitzero"`
	// Snapshot is what the cloud begins as, in place of a fixture.
	Snapshot *SnapshotRef `json:"snapshot,omitempty"`
	// Listen gives the cloud a port of its own: HOST:PORT, or ":0" for a free one on the server's host.
	Listen string `json:"listen,omitempty"`
}

// Options change a cloud to be, as the options of package emulator and the flags of "fauxstack serve" do.
type Options struct {
	Stores     []string  `json:"stores,omitempty"`      // Glance's, in place of the fixture's; the first is the default
	Backends   []string  `json:"backends,omitempty"`    // Cinder's, with a volume type each, in place of the fixture's
	Release    string    `json:"release,omitempty"`     // such as "zed"
	Seed       uint64    `json:"seed,omitempty"`        // of all ids
	Clock      string    `json:"clock,omitempty"`       // "real", "manual" or "step"
	Start      time.Time `json:"start,omitzero"`        // of a manual or stepped clock
	Step       Duration  `json:"step,omitempty"`        // of a stepped clock
	Speed      float64   `json:"speed,omitempty"`       // of a real clock
	RequestLog *int      `json:"request_log,omitempty"` // how many requests are kept

	Delays map[string]Duration `json:"delays,omitempty"` // by transition, such as cinder.volume.create
	Jitter float64             `json:"jitter,omitempty"`

	Faults []emulator.Fault `json:"faults,omitempty"`

	AnnouncedURL   string `json:"announced_url,omitempty"`
	GlanceEndpoint string `json:"glance_endpoint,omitempty"`

	EnableForceUpload             *bool   `json:"enable_force_upload,omitempty"`
	AllowCompressionOnImageUpload *bool   `json:"allow_compression_on_image_upload,omitempty"`
	ImageConversionDisable        *bool   `json:"image_conversion_disable,omitempty"`
	GlanceStore                   *string `json:"glance_store,omitempty"`           // variant
	UploadStoreParameter          *bool   `json:"upload_store_parameter,omitempty"` // variant
	TypeStoreProperty             *bool   `json:"type_store_property,omitempty"`    // variant
	SingleStore                   *bool   `json:"single_store,omitempty"`
	ImageSizeCap                  *int64  `json:"image_size_cap,omitempty"` // bytes
}

// Duration is a time.Duration that JSON writes as "1m30s".
type Duration = emulator.Duration

// User is how one of a cloud's users logs in.
type User struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Project  string `json:"project"`
	DomainID string `json:"domain_id"`
	Region   string `json:"region"`
	AuthURL  string `json:"auth_url"`
}

// Store is one of Glance's stores.
type Store struct {
	ID          string `json:"id"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Weight      int    `json:"weight,omitempty"`
	Path        string `json:"path,omitempty"`     // a directory for the data; a server takes it only where it was told to
	Capacity    int64  `json:"capacity,omitempty"` // bytes; 0 is no limit
	Default     bool   `json:"default"`
	ReadOnly    bool   `json:"read_only"`
	Full        bool   `json:"full"`
	DenyWrites  bool   `json:"deny_writes"`
}

// StoreChange says what is to change about a store; what is nil stays as it is.
type StoreChange struct {
	Type        *string `json:"type,omitempty"`
	Description *string `json:"description,omitempty"`
	Weight      *int    `json:"weight,omitempty"`
	Capacity    *int64  `json:"capacity,omitempty"`
	Default     *bool   `json:"default,omitempty"` // true alone: another store becomes the default instead
	ReadOnly    *bool   `json:"read_only,omitempty"`
	Full        *bool   `json:"full,omitempty"`
	DenyWrites  *bool   `json:"deny_writes,omitempty"`
}

// Glance is what the configuration of a cloud's Glance says beside its stores.
type Glance struct {
	DefaultStore string `json:"default_store"`
	SingleStore  bool   `json:"single_store"`
	ImageSizeCap int64  `json:"image_size_cap"` // bytes
}

// GlanceChange says what is to change; what is nil stays as it is.
type GlanceChange struct {
	DefaultStore *string `json:"default_store,omitempty"`
	SingleStore  *bool   `json:"single_store,omitempty"`
	ImageSizeCap *int64  `json:"image_size_cap,omitempty"`
}

// Backend is one of Cinder's backends.
type Backend struct {
	Name        string `json:"name"`
	Host        string `json:"host"`
	Initialized bool   `json:"initialized"` // its driver
}

// Quota is a limit of a project and what the project has of it.
type Quota struct {
	Limit int `json:"limit"` // -1: none
	InUse int `json:"in_use"`
}

// SnapshotRef names a snapshot that the server keeps.
type SnapshotRef struct {
	Cloud string `json:"cloud"` // that it was taken of, or loaded for
	Name  string `json:"name"`
}

// Snapshot is a cloud at one moment, kept by the server under a name.
type Snapshot struct {
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"` // by the machine's clock
	Now       time.Time `json:"now"`        // by the cloud's, at that moment
}

// Error is what the server answers when it does not do as asked.
type Error struct {
	Status  int    `json:"-"`
	Code    string `json:"code"` // such as "not_found"
	Message string `json:"message"`
}

// Error is the server's sentence.
func (e *Error) Error() string { return e.Message }

// MarshalJSON writes the body of the answer.
func (e *Error) MarshalJSON() ([]byte, error) {
	type plain Error
	return json.Marshal(map[string]*plain{"error": (*plain)(e)})
}
