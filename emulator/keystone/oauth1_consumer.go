package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Consumer is a program that users can delegate roles to by OAuth 1.
type Consumer struct {
	ID          string
	Secret      string
	Description *string
	Extra       map[string]any
}

type consumerView struct {
	ID          string   `json:"id"`
	Description *string  `json:"description"`
	Secret      string   `json:"secret,omitempty"` // only when it is new
	Links       selfLink `json:"links"`

	extra map[string]any
}

func (v consumerView) MarshalJSON() ([]byte, error) {
	type plain consumerView
	return withExtra(v.extra, plain(v))
}

const consumersPath = "/v3/OS-OAUTH1/consumers"

func newConsumerView(c Consumer, collection string) consumerView {
	return consumerView{ID: c.ID, Description: c.Description, Links: selfLink{collection + "/" + c.ID}, extra: c.Extra}
}

type consumerOut struct {
	Consumer consumerView `json:"consumer"`
}

type consumersOut struct {
	Consumers []consumerView `json:"consumers"`
	Links     listLinks      `json:"links"`
}

var (
	consumerProperties = schema.Dict{member("description", textOrNull)}
	consumerCreateBody = schema.New(object(consumerProperties, nil, true))
	consumerUpdateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", consumerProperties),
		member("not", schema.Dict{member("required", schema.List{"secret"})}),
		member("minProperties", 1),
		member("additionalProperties", true),
	})
)

func consumerAttributes() []string { return []string{"id", "description", "secret"} }

var errNoConsumer = fail.New(fail.NotFound, "Consumer not found")

// consumerList serves GET /v3/OS-OAUTH1/consumers.
func (s *Service) consumerList(c *httpapi.Call) (consumersOut, error) {
	if err := enforce(c, nil); err != nil {
		return consumersOut{}, err
	}
	return consumersOut{views(collect(s.consumers.All(s.db.View())), c.URL(consumersPath), newConsumerView), linksOf(c)}, nil
}

// consumer finds the consumer of the path, once the caller may ask about it.
func (s *Service) consumer(c *httpapi.Call, r state.Reader) (Consumer, error) {
	if err := enforce(c, nil); err != nil {
		return Consumer{}, err
	}
	one, ok := s.consumers.Get(r, c.Var("consumer_id"))
	if !ok {
		return one, errNoConsumer
	}
	return one, nil
}

// consumerShow serves GET /v3/OS-OAUTH1/consumers/{consumer_id}.
func (s *Service) consumerShow(c *httpapi.Call) (consumerOut, error) {
	one, err := s.consumer(c, s.db.View())
	return consumerOut{newConsumerView(one, c.URL(consumersPath))}, err
}

// consumerCreate serves POST /v3/OS-OAUTH1/consumers. Its answer is the only one that has the secret.
func (s *Service) consumerCreate(c *httpapi.Call) (consumerOut, error) {
	in, err := refOf(c, "consumer")
	if err != nil {
		return consumerOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return consumerOut{}, err
	}
	in = in.normalized()
	if err := checkWhole(consumerCreateBody, orEmptyDict(in.members)); err != nil {
		return consumerOut{}, err
	}
	one := Consumer{
		ID: s.ids.Hex(), Secret: s.ids.Hex(), Description: in.given("description"), Extra: in.extra(nil, consumerAttributes()...),
	}
	err = s.db.Update(func(tx *state.Tx) error {
		s.consumers.Put(tx, one)
		return nil
	})
	out := consumerOut{newConsumerView(one, c.URL(consumersPath))}
	out.Consumer.Secret = one.Secret
	return out, err
}

// consumerUpdate serves PATCH /v3/OS-OAUTH1/consumers/{consumer_id}.
func (s *Service) consumerUpdate(c *httpapi.Call) (consumerOut, error) {
	in, err := refOf(c, "consumer")
	if err != nil {
		return consumerOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return consumerOut{}, err
	}
	if err := checkWhole(consumerUpdateBody, orEmptyDict(in.members)); err != nil {
		return consumerOut{}, err
	}
	in = in.normalized()
	if err := in.matches(c.Var("consumer_id")); err != nil {
		return consumerOut{}, err
	}
	var one Consumer
	err = s.db.Update(func(tx *state.Tx) error {
		if one, err = s.consumer(c, tx); err != nil {
			return err
		}
		if in.has("description") {
			one.Description = in.given("description")
		}
		one.Extra = in.extra(one.Extra, consumerAttributes()...)
		s.consumers.Put(tx, one)
		return nil
	})
	return consumerOut{newConsumerView(one, c.URL(consumersPath))}, err
}

// consumerDelete serves DELETE /v3/OS-OAUTH1/consumers/{consumer_id}. What it was given goes along.
func (s *Service) consumerDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		one, err := s.consumer(c, tx)
		if err != nil {
			return err
		}
		s.consumers.Delete(tx, one.ID)
		deleteWhere(tx, s.requestTokens, s.requestTokens.All(tx), func(t *requestToken) bool { return t.ConsumerID == one.ID })
		deleteWhere(tx, s.accessTokens, s.accessTokens.All(tx), func(t *accessToken) bool { return t.ConsumerID == one.ID })
		return nil
	})
}
