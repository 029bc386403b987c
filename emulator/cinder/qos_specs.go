package cinder

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// QoSSpecs are limits that volume types may be given. Volume types name theirs, see VolumeType.QoSSpecsID.
type QoSSpecs struct {
	ID, Name  string
	Consumer  string // who heeds them: "front-end", "back-end" or "both"
	Specs     map[string]*string
	CreatedAt time.Time
	UpdatedAt time.Time // zero until they are changed
}

// qosTables hold QoS specs.
type qosTables struct {
	qosSpecs *state.Table[QoSSpecs]
}

func newQoSTables(db *state.DB) qosTables {
	return qosTables{state.Add(db, "cinder.qos_specs", func(q *QoSSpecs) *string { return &q.ID })}
}

const consumerBackEnd = "back-end"

// qosOrdering are the columns of upstream's table: the name is the value of the row that stands for all of them.
var qosOrdering = ordering[QoSSpecs]{
	"id":         func(a, b *QoSSpecs) int { return cmp.Compare(a.ID, b.ID) },
	"key":        func(_, _ *QoSSpecs) int { return 0 },
	"value":      func(a, b *QoSSpecs) int { return cmp.Compare(a.Name, b.Name) },
	"specs_id":   func(_, _ *QoSSpecs) int { return 0 },
	"created_at": func(a, b *QoSSpecs) int { return a.CreatedAt.Compare(b.CreatedAt) },
	"updated_at": func(a, b *QoSSpecs) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
}

// qosView are QoS specs on the wire.
type qosView struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Consumer string             `json:"consumer"`
	Specs    map[string]*string `json:"specs"`
}

func newQoSView(q QoSSpecs) qosView {
	v := qosView{ID: q.ID, Name: q.Name, Consumer: q.Consumer, Specs: q.Specs}
	if v.Specs == nil {
		v.Specs = map[string]*string{}
	}
	return v
}

// qosFor finds QoS specs; only administrators look for any.
func (s *Service) qosFor(r state.Reader, id string) (QoSSpecs, error) {
	q, ok := s.qosSpecs.Get(r, id)
	if !ok {
		return q, &fail.Error{Kind: fail.NotFound, Resource: "qos_specs", ID: id, Text: "No such QoS spec " + id + "."}
	}
	return q, nil
}

// changeQoS applies a change to QoS specs. A change that is refused stands as far as it got.
func (s *Service) changeQoS(id string, change func(q *QoSSpecs) error) error {
	var refused error
	err := s.db.Update(func(tx *state.Tx) error {
		q, err := s.qosFor(tx, id)
		if err != nil {
			return err
		}
		before := len(q.Specs)
		if q.Specs = maps.Clone(q.Specs); q.Specs == nil {
			q.Specs = map[string]*string{}
		}
		if refused = change(&q); refused != nil && len(q.Specs) == before {
			return refused
		}
		q.UpdatedAt = s.clock.Now()
		s.qosSpecs.Put(tx, q)
		return nil
	})
	if err != nil {
		return err
	}
	return refused
}

// typesOf are the volume types that have the QoS specs, the youngest first.
func (s *Service) typesOf(r state.Reader, qos string) []VolumeType {
	var out []VolumeType
	for t := range s.typesNewestFirst(r) {
		if t.QoSSpecsID == qos {
			out = append(out, t)
		}
	}
	return out
}

// set takes keys and values as a body has them: the consumer among them, and a null for a key that is not there says
// nothing.
func (q *QoSSpecs) set(specs schema.Dict) error {
	for _, p := range specs {
		switch text, ok := p.Value.(string); {
		case p.Key == "consumer" && p.Value == nil:
			q.Consumer = consumerBackEnd
		case p.Key == "consumer" && (text == "front-end" || text == consumerBackEnd || text == "both"):
			q.Consumer = text
		case p.Key == "consumer":
			return fail.New(fail.Invalid, "Invalid qos specs: Valid consumer of QoS specs are: QoSConsumerValues(default=<class "+
				"'oslo_versionedobjects.fields.UnspecifiedDefault'>,nullable=False,valid_values=('back-end', 'front-end', 'both'))")
		case ok:
			q.Specs[p.Key] = &text
		case q.Specs[p.Key] != nil:
			q.Specs[p.Key] = nil
		}
	}
	return nil
}

// checkLengths is utils.validate_dictionary_string_length.
func checkLengths(specs schema.Dict) error {
	check := func(what string, v schema.Value, least int) error {
		text, ok := v.(string)
		n := utf8.RuneCountInString(text)
		switch {
		case !ok:
			return fail.New(fail.Invalid, "Invalid input received: %s is not a string or unicode", what)
		case n < least:
			return fail.New(fail.Invalid, "Invalid input received: %s has %d characters, less than %d.", what, n, least)
		case n > 255:
			return fail.New(fail.Invalid, "Invalid input received: %s has %d characters, more than 255.", what, n)
		}
		return nil
	}
	for _, p := range specs {
		if err := check(`Key "`+p.Key+`"`, p.Key, 1); err != nil {
			return err
		}
		if p.Value == nil {
			continue
		}
		if err := check(`Value for key "`+p.Key+`"`, p.Value, 0); err != nil {
			return err
		}
	}
	return nil
}

// frontEndSpecs are the QoS specs that a host has to heed for a volume of so many GiB; nil, which is null on the wire,
// when there are none. What is limited per GiB is told as a limit of the volume (volume/manager.py,
// _parse_connection_options).
func (s *Service) frontEndSpecs(r state.Reader, typ VolumeType, size int) map[string]*string {
	q, ok := s.qosSpecs.Get(r, typ.QoSSpecsID)
	if !ok || q.Consumer == consumerBackEnd {
		return nil
	}
	specs := maps.Clone(q.Specs)
	if specs == nil {
		specs = map[string]*string{}
	}
	number := func(key string, otherwise int) int {
		text := specs[key]
		delete(specs, key)
		if text == nil {
			return otherwise
		}
		n, err := strconv.Atoi(strings.TrimSpace(*text))
		if err != nil {
			return otherwise
		}
		return n
	}
	for _, option := range []string{
		"read_iops_sec", "read_bytes_sec", "write_iops_sec", "write_bytes_sec", "total_iops_sec", "total_bytes_sec",
	} {
		if _, ok := specs[option+"_per_gb"]; !ok {
			continue
		}
		least := number(option+"_per_gb_min", 0)
		n := max(least, number(option+"_per_gb", 0)*size)
		text := strconv.Itoa(min(n, number(option+"_max", n)))
		specs[option] = &text
	}
	return specs
}
