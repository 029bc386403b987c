package cinder

import (
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Bodies about QoS specs (api/schemas/qos_specs.py).
var (
	schemaQoSCreate = envelope("qos_specs", schema.Dict{
		{"type", "object"},
		{"properties", schema.Dict{{"name", schema.Dict{{"type", "string"}, {"format", "name_skip_leading_trailing_spaces"}}}}},
		{"required", schema.List{"name"}},
		{"additionalProperties", true},
	})
	schemaQoSUpdate = envelope("qos_specs", schemaSpecsAtCreation)
	schemaQoSKeys   = envelope("keys", schema.Dict{
		{"type", "array"},
		{"items", schema.Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
		{"uniqueItems", true},
	})
)

type qosOut struct {
	QoSSpecs qosView `json:"qos_specs"`
	Links    []link  `json:"links"`
}

type qosListOut struct {
	QoSSpecs []qosView `json:"qos_specs"`
	Links    []link    `json:"qos_specs_links,omitempty"`
}

// qosList serves GET /qos-specs. API reference: Block Storage v3, "List QoS Specifications".
//
// Quirk: of the filters only "id" finds anything: name and consumer are allowed, but no columns of the table (observed on
// release Zed).
func (s *Service) qosList(c *httpapi.Call) (qosListOut, error) {
	out := qosListOut{QoSSpecs: []qosView{}}
	p, err := s.pagingOf(c)
	if err != nil {
		return out, err
	}
	sorting, err := sortingOf(c, "created_at")
	if err != nil {
		return out, err
	}
	compare, err := qosOrdering.by(sorting)
	if err != nil {
		return out, err
	}
	r := s.db.View()
	var marker *QoSSpecs
	if p.HasMarker {
		q, err := s.qosFor(r, p.Marker)
		if err != nil {
			return out, err
		}
		marker = &q
	}
	want := ""
	for _, param := range paramsOf(c) {
		switch param.Name {
		case "limit", "marker", "offset", "sort", "sort_key", "sort_dir":
		case "id":
			want = param.Value
		default:
			return out, nil
		}
	}
	var rows []QoSSpecs
	for q := range s.qosSpecs.All(r) {
		if want == "" || q.ID == want {
			rows = append(rows, q)
		}
	}
	rows = pageOf(rows, compare, marker, p)
	for _, q := range rows {
		out.QoSSpecs = append(out.QoSSpecs, newQoSView(q))
	}
	if n := len(rows); n > 0 {
		out.Links = s.nextLink(c, "qos-specs", rows[n-1].ID, n)
	}
	return out, nil
}

// qosShow serves GET /qos-specs/{id}. API reference: Block Storage v3, "Show a QoS specification details".
func (s *Service) qosShow(c *httpapi.Call) (qosOut, error) {
	q, err := s.qosFor(s.db.View(), c.Var("id"))
	if err != nil {
		return qosOut{}, err
	}
	return qosOut{newQoSView(q), linksOf(c, "qos-specs", q.ID)}, nil
}

// qosCreate serves POST /qos-specs. API reference: Block Storage v3, "Create a QoS specification".
func (s *Service) qosCreate(c *httpapi.Call) (qosOut, error) {
	asked, err := objectIn(c, "qos_specs")
	if err != nil {
		return qosOut{}, err
	}
	q := QoSSpecs{ID: s.ids.UUID(), Consumer: consumerBackEnd, Specs: map[string]*string{}, CreatedAt: c.Now}
	var specs schema.Dict
	for _, p := range asked {
		if p.Key == "name" {
			q.Name = strings.TrimSpace(schema.Str(p.Value))
			continue
		}
		specs = append(specs, p)
	}
	if err := checkLengths(specs); err != nil {
		return qosOut{}, err
	}
	if err := q.set(specs); err != nil {
		return qosOut{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		for other := range s.qosSpecs.All(tx) {
			if other.Name == q.Name {
				return fail.New(fail.Conflict, "QoS Specs %s already exists.", q.Name)
			}
		}
		s.qosSpecs.Put(tx, q)
		return nil
	})
	return qosOut{newQoSView(q), linksOf(c, "qos-specs", q.ID)}, err
}

// qosUpdate serves PUT /qos-specs/{id}: keys are added and changed, and the answer is the request. API reference: Block
// Storage v3, "Set keys in a QoS specification".
func (s *Service) qosUpdate(c *httpapi.Call) (schema.Value, error) {
	asked, err := objectIn(c, "qos_specs")
	if err != nil {
		return nil, err
	}
	err = s.changeQoS(c.Var("id"), func(q *QoSSpecs) error { return q.set(asked) })
	if err != nil {
		return nil, err
	}
	return c.Value()
}

type qosKeysIn struct {
	Keys []string `json:"keys"`
}

// qosDeleteKeys serves PUT /qos-specs/{id}/delete_keys. API reference: Block Storage v3, "Unset keys in a QoS
// specification".
//
// Quirk: the keys that come before the first that is not there are gone though the request is refused (observed on release
// Zed).
func (s *Service) qosDeleteKeys(c *httpapi.Call) (httpapi.Reply, error) {
	var in qosKeysIn
	if err := c.Decode(&in); err != nil {
		return httpapi.Reply{}, err
	}
	err := s.changeQoS(c.Var("id"), func(q *QoSSpecs) error {
		for _, key := range in.Keys {
			if _, ok := q.Specs[key]; !ok {
				return fail.New(fail.NotFound, "QoS spec %s has no spec with key %s.", q.ID, key)
			}
			delete(q.Specs, key)
		}
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// qosDelete serves DELETE /qos-specs/{id}; with force, from volume types as well. API reference: Block Storage v3, "Delete
// a QoS specification".
func (s *Service) qosDelete(c *httpapi.Call) (httpapi.Reply, error) {
	value, given := lastOf(c.Query(), "force")
	force, err := boolParam("force", value, given)
	if err != nil {
		return httpapi.Reply{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		q, err := s.qosFor(tx, c.Var("id"))
		if err != nil {
			return err
		}
		if len(s.typesOf(tx, q.ID)) > 0 && !force {
			return fail.New(fail.Invalid, "Qos specs still in use.")
		}
		s.dissociateAll(tx, q.ID)
		s.qosSpecs.Delete(tx, q.ID)
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// dissociateAll takes QoS specs from all volume types.
func (s *Service) dissociateAll(tx *state.Tx, qos string) {
	for _, t := range s.typesOf(tx, qos) {
		t.QoSSpecsID, t.UpdatedAt = "", s.clock.Now()
		s.types.Put(tx, t)
	}
}

type associationView struct {
	Type string `json:"association_type"`
	Name string `json:"name"`
	ID   string `json:"id"`
}

type associationsOut struct {
	Associations []associationView `json:"qos_associations"`
}

// qosAssociations serves GET /qos-specs/{id}/associations. API reference: Block Storage v3, "Get all associations for a QoS
// specification".
func (s *Service) qosAssociations(c *httpapi.Call) (associationsOut, error) {
	out, r := associationsOut{[]associationView{}}, s.db.View()
	q, err := s.qosFor(r, c.Var("id"))
	if err != nil {
		return out, err
	}
	for _, t := range s.typesOf(r, q.ID) {
		out.Associations = append(out.Associations, associationView{"volume_type", t.Name, t.ID})
	}
	return out, nil
}

// qosAssociate serves GET /qos-specs/{id}/associate. API reference: Block Storage v3, "Associate QoS specification with a
// volume type".
func (s *Service) qosAssociate(c *httpapi.Call) (httpapi.Reply, error) {
	return s.withTypeOf(c, func(t *VolumeType, qos string) error {
		if t.QoSSpecsID != "" && t.QoSSpecsID != qos {
			return fail.New(fail.Invalid, "Invalid volume type: Type %s is already associated with another qos specs: %s", t.ID, t.QoSSpecsID)
		}
		t.QoSSpecsID = qos
		return nil
	})
}

// qosDisassociate serves GET /qos-specs/{id}/disassociate. A type that has other QoS specs, or none, keeps what it has.
// API reference: Block Storage v3, "Disassociate QoS specification from a volume type".
func (s *Service) qosDisassociate(c *httpapi.Call) (httpapi.Reply, error) {
	return s.withTypeOf(c, func(t *VolumeType, qos string) error {
		if t.QoSSpecsID == qos {
			t.QoSSpecsID = ""
		}
		return nil
	})
}

// withTypeOf changes the volume type that the query names with regard to the QoS specs that the path names.
func (s *Service) withTypeOf(c *httpapi.Call, change func(t *VolumeType, qos string) error) (httpapi.Reply, error) {
	id, _ := lastOf(c.Query(), "vol_type_id")
	if id == "" {
		return httpapi.Reply{}, fail.New(fail.Invalid, "Volume Type id must not be None.")
	}
	err := s.db.Update(func(tx *state.Tx) error {
		q, err := s.qosFor(tx, c.Var("id"))
		if err != nil {
			return err
		}
		t, ok := s.types.Get(tx, id)
		if !ok {
			return typeMissing(id)
		}
		before := t.QoSSpecsID
		if err := change(&t, q.ID); err != nil || t.QoSSpecsID == before {
			return err
		}
		t.UpdatedAt = s.clock.Now()
		s.types.Put(tx, t)
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// qosDisassociateAll serves GET /qos-specs/{id}/disassociate_all. API reference: Block Storage v3, "Disassociate QoS
// specification from all associations".
func (s *Service) qosDisassociateAll(c *httpapi.Call) (httpapi.Reply, error) {
	err := s.db.Update(func(tx *state.Tx) error {
		q, err := s.qosFor(tx, c.Var("id"))
		if err == nil {
			s.dissociateAll(tx, q.ID)
		}
		return err
	})
	return withoutBody(c, http.StatusAccepted, err)
}
