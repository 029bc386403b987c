package cinder

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// VolumeType is a kind of volume that an administrator offers.
type VolumeType struct {
	ID, Name    string
	Description *string
	IsPublic    bool
	Projects    []string           // who may use it when it is not public, in the order of joining
	ExtraSpecs  map[string]*string // values may be null
	Encryption  *Encryption
	QoSSpecsID  string // "": none
	Store       string // only with the variant type_store_property: Glance's store for uploads
	CreatedAt   time.Time
	UpdatedAt   time.Time // zero until it is changed
}

// Spec is an extra spec's value; "" when there is none, or a null.
func (t VolumeType) Spec(key string) string {
	if v := t.ExtraSpecs[key]; v != nil {
		return *v
	}
	return ""
}

// StoreID is the Glance store to which volumes of the type are uploaded; "" leaves the choice to Glance.
func (t VolumeType) StoreID() string {
	if t.Store != "" {
		return t.Store
	}
	return t.Spec(specStoreID)
}

// Encrypted tells whether volumes of the type are encrypted.
func (t VolumeType) Encrypted() bool { return t.Encryption != nil }

// visibleTo tells whether the caller may see and use the type.
func (t VolumeType) visibleTo(c *httpapi.Call) bool {
	return t.IsPublic || isAdmin(c) || slices.Contains(t.Projects, c.Auth.ProjectID)
}

// VolumeTypeConfig is a volume type of a fixture.
type VolumeTypeConfig struct {
	Name        string `yaml:"name" json:"name"`
	Description string `yaml:"description,omitempty" json:"description,omitempty"`
	// Private types are for the projects in Projects, by id, only.
	Private  bool     `yaml:"private,omitempty" json:"private,omitempty"`
	Projects []string `yaml:"projects,omitempty" json:"projects,omitempty"`
	// ExtraSpecs are not checked against Glance, just as POST /types checks none.
	ExtraSpecs map[string]string `yaml:"extra_specs,omitempty" json:"extra_specs,omitempty"`
	Encryption *EncryptionConfig `yaml:"encryption,omitempty" json:"encryption,omitempty"`
	// Store is the property of the variant type_store_property.
	Store string `yaml:"store,omitempty" json:"store,omitempty"`
}

// EncryptionConfig makes volumes of a type encrypted.
type EncryptionConfig struct {
	Provider        string `yaml:"provider" json:"provider"`                 // such as "luks"
	ControlLocation string `yaml:"control_location" json:"control_location"` // "front-end" or "back-end"
	Cipher          string `yaml:"cipher,omitempty" json:"cipher,omitempty"`
	KeySize         int    `yaml:"key_size,omitempty" json:"key_size,omitempty"` // bits
}

// validateTypes reports every mistake in a fixture's volume types.
func validateTypes(types []VolumeTypeConfig) error {
	var errs []error
	seen := map[string]bool{}
	for i, t := range types {
		wrong := func(field, format string, args ...any) {
			errs = append(errs, fmt.Errorf("block_storage.volume_types[%d].%s: %s", i, field, fmt.Sprintf(format, args...)))
		}
		switch {
		case t.Name == "" || len(t.Name) > 255:
			wrong("name", "%q: want 1 to 255 bytes", t.Name)
		case seen[t.Name]:
			wrong("name", "%q is there twice", t.Name)
		}
		seen[t.Name] = true
		if len(t.Projects) > 0 && !t.Private {
			wrong("projects", "are for types that are private")
		}
		if e := t.Encryption; e != nil && e.ControlLocation != "front-end" && e.ControlLocation != "back-end" {
			wrong("encryption.control_location", "%q: want front-end or back-end", e.ControlLocation)
		}
	}
	return errors.Join(errs...)
}

// volumeTypeView is a volume type on the wire. What is left out depends on who asks and how.
type volumeTypeView struct {
	ID             string             `json:"id"`
	Name           string             `json:"name"`
	IsPublic       bool               `json:"is_public"`
	Description    *string            `json:"description"`
	ExtraSpecs     map[string]*string `json:"extra_specs,omitzero"`
	QoSSpecsID     *nullString        `json:"qos_specs_id,omitempty"`
	AccessIsPublic *bool              `json:"os-volume-type-access:is_public,omitempty"`
	Store          *nullString        `json:"store,omitempty"` // variant type_store_property
}

// nullString is a string that is null on the wire when it is empty.
type nullString string

// MarshalJSON writes null for "".
func (s nullString) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(s))
}

// volumeTypeView is what show and list give (api/v3/views/types.py).
func (s *Service) volumeTypeView(c *httpapi.Call, t VolumeType) volumeTypeView {
	v := s.volumeTypeCore(t)
	v.ExtraSpecs = nil
	if c.May("volume_extension:access_types_extra_specs", nil) {
		v.ExtraSpecs = specsSeenBy(c, t)
	}
	if c.May("volume_extension:access_types_qos_specs_id", nil) {
		v.QoSSpecsID = orNull(t.QoSSpecsID)
	}
	return v
}

// volumeTypeCore is what create and update give (api/views/types.py): all extra specs, for only administrators get here.
func (s *Service) volumeTypeCore(t VolumeType) volumeTypeView {
	v := volumeTypeView{ID: t.ID, Name: t.Name, IsPublic: t.IsPublic, Description: t.Description, ExtraSpecs: t.ExtraSpecs}
	if v.ExtraSpecs == nil {
		v.ExtraSpecs = map[string]*string{}
	}
	if s.cfg.Variants.TypeStoreProperty {
		store := nullString(t.Store)
		v.Store = &store
	}
	return v
}

// withAccess adds what the extension os-volume-type-access tells those who may know.
func (v volumeTypeView) withAccess(c *httpapi.Call) volumeTypeView {
	if c.May("volume_extension:volume_type_access", nil) {
		v.AccessIsPublic = &v.IsPublic
	}
	return v
}

// specsSeenBy are the extra specs that the caller may see: all, or the few that are for users.
func specsSeenBy(c *httpapi.Call, t VolumeType) map[string]*string {
	if c.May("volume_extension:types_extra_specs:read_sensitive", nil) && t.ExtraSpecs != nil {
		return t.ExtraSpecs
	}
	seen := map[string]*string{}
	for key, value := range t.ExtraSpecs {
		if slices.Contains(visibleSpecs(), key) {
			seen[key] = value
		}
	}
	return seen
}
