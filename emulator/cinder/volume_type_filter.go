package cinder

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// volumeTypeFilter is which volume types a list shows.
type volumeTypeFilter struct {
	project string // whose private types count as public
	admin   bool
	public  *bool // nil: both
	specs   []specFilter
	equal   map[string]string // further fields, by their names
	nothing bool              // no type can pass
}

// specFilter asks for an extra spec of a value.
type specFilter struct{ Key, Value string }

// volumeTypeFilterOf reads the parameters of GET /types that are not about paging.
func (s *Service) volumeTypeFilterOf(c *httpapi.Call) (volumeTypeFilter, error) {
	f := volumeTypeFilter{project: c.Auth.ProjectID, admin: isAdmin(c), equal: map[string]string{}}
	params, err := filterParams(c, "volume_type", mvVolumeTypeFilter)
	if err != nil {
		return f, err
	}
	if !f.admin && !c.Version.AtLeast(mvVolumeTypeFilter) {
		params = slices.DeleteFunc(params, func(p param) bool { return p.Name != "is_public" })
	}
	if f.public, err = publicFilter(f.admin, params); err != nil {
		return f, err
	}
	for _, p := range params {
		switch p.Name {
		case "is_public":
		case "extra_specs":
			if err := f.bySpecs(c, p.Value); err != nil {
				return f, err
			}
		case "id", "name", "description", "qos_specs_id":
			f.equal[p.Name] = p.Value
		default:
			f.nothing = true // the database has no such field, so nothing is found
		}
	}
	return f, nil
}

// publicFilter reads is_public. Only administrators choose; others see what they may use.
func publicFilter(admin bool, params []param) (*bool, error) {
	public := true
	i := slices.IndexFunc(params, func(p param) bool { return p.Name == "is_public" })
	if !admin || i < 0 {
		return &public, nil
	}
	if strings.EqualFold(params[i].Value, "none") {
		return nil, nil
	}
	public, err := strictBool(params[i].Value)
	if err != nil {
		return nil, fail.New(fail.Invalid, "Invalid is_public filter [%s]", params[i].Value)
	}
	return &public, nil
}

// bySpecs reads the filter extra_specs, a Python dict. Who may not see all extra specs finds nothing by those that are
// hidden from them.
//
// Quirk: what is no dict, or an empty one, breaks upstream (observed on release Zed).
func (f *volumeTypeFilter) bySpecs(c *httpapi.Call, literal string) error {
	broken := &fail.Error{Kind: fail.Internal, Resource: "extra_specs filter", ID: literal}
	value, err := pyLiteral(literal)
	if err != nil {
		return broken
	}
	specs, ok := value.(map[string]any)
	if !ok {
		return broken
	}
	all := c.May("volume_extension:types_extra_specs:read_sensitive", nil)
	for key, want := range specs {
		if !all && !slices.Contains(visibleSpecs(), key) {
			f.nothing = true
			return nil
		}
		f.specs = append(f.specs, specFilter{key, pyText(want)})
	}
	if len(specs) == 0 {
		return broken
	}
	return nil
}

func (f *volumeTypeFilter) passes(t *VolumeType) bool {
	mine := slices.Contains(t.Projects, f.project)
	if !f.admin && !t.IsPublic && !mine {
		return false
	}
	if f.public != nil && t.IsPublic != *f.public && !(*f.public && mine) {
		return false
	}
	for name, want := range f.equal {
		if field := f.field(t, name); field == nil || *field != want {
			return false
		}
	}
	for _, spec := range f.specs {
		if !spec.passes(t) {
			return false
		}
	}
	return true
}

func (f *volumeTypeFilter) field(t *VolumeType, name string) *string {
	switch name {
	case "id":
		return &t.ID
	case "name":
		return &t.Name
	case "description":
		return t.Description
	case "qos_specs_id":
		return &t.QoSSpecsID
	}
	return nil
}

// passes tells whether a type has the extra spec; of zones, which are a list in one string, a part will do.
func (spec specFilter) passes(t *VolumeType) bool {
	value := t.ExtraSpecs[spec.Key]
	switch {
	case value == nil:
		return false
	case spec.Key == specZones:
		return strings.Contains(strings.ToLower(*value), strings.ToLower(spec.Value))
	}
	return *value == spec.Value
}
