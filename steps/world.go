package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
)

// World is one scenario: its cloud, what was said to it, and what was made there, by the names of the scenario. Its
// methods are the steps. A step library of your own embeds or holds a World and reads ids from it.
type World struct {
	cloud        Cloud
	clients      map[string]*gophercloud.ProviderClient // by person and service
	microversion string                                 // of block storage; "" sends none, which means 3.0

	Volumes, Images, Types, Attachments, Servers Names
	Others                                       Names // made by plain requests

	wire    []*Exchange
	said    int             // how many of them are the scenario's, and not of removing what it made
	answer  *Exchange       // the last one to a plain request
	askedAt string          // its path
	attempt *Exchange       // what somebody "tried to" do, until a step judges it
	made    []cleanup       // oldest first
	cleanup context.Context // ends the removal of what was made; may be nil
	left    []string        // what was made and could not be removed
	skipped string          // why the scenario cannot run on its target
	unbegun bool            // the run ended before it could begin
	told    bool            // the step that failed has told of the last exchange
	renames bool            // the cloud's stores may have other names than the scenario's

	token    token          // that steps speak of
	listed   []store        // as last listed
	versions []string       // of the Images API, as last listed
	uploads  []string       // volumes that are being uploaded
	origin   string         // the backend that the volume was on which is to migrate
	fetched  download       // the last one
	faults   []func() error // end what goes wrong in the cloud
	servers  []*http.Server // of the scenario, on this machine
	web      string         // an address of the last of them
}

// cleanup removes what a scenario made.
type cleanup struct {
	what string
	do   func(context.Context) error
}

// Deadlines of work on clouds that have no clock of ours.
const (
	patience        = 5 * time.Minute // for one background transition
	cleanupPatience = 3 * time.Minute // for removing all that one scenario made
)

// InitializeScenario makes a World for each scenario on the target and registers the steps of this package.
func InitializeScenario(t Target) func(*godog.ScenarioContext) {
	return func(sc *godog.ScenarioContext) { NewWorld(t, sc) }
}

// NewWorld makes the World of one scenario and registers the steps of this package for it.
func NewWorld(t Target, sc *godog.ScenarioContext) *World {
	w := &World{clients: map[string]*gophercloud.ProviderClient{}}
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		s := scenarioOf(p)
		if b, ok := t.(*book); ok {
			s = b.scenario(p)
		}
		return ctx, w.open(ctx, t, s)
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		return ctx, w.close(ctx, err)
	})
	sc.StepContext().After(func(ctx context.Context, _ *godog.Step, status godog.StepResultStatus, _ error) (context.Context, error) {
		if w.told = status == godog.StepFailed && len(w.wire) > 0; w.told {
			return ctx, fmt.Errorf("the last exchange was:\n%s", w.wire[len(w.wire)-1])
		}
		return ctx, nil
	})
	_, w.renames = unwrapped(t).(interface{ renames() })
	w.steps(scenarioSteps{sc, w})
	return w
}

// steps registers all steps.
func (w *World) steps(sc registrar) {
	w.cloudSteps(sc)
	w.outcomeSteps(sc)
	w.tokenSteps(sc)
	w.storeSteps(sc)
	w.imageSteps(sc)
	w.imageDataSteps(sc)
	w.imageStoreSteps(sc)
	w.webSteps(sc)
	w.typeSteps(sc)
	w.volumeSteps(sc)
	w.migrationSteps(sc)
	w.attachmentSteps(sc)
	w.serverSteps(sc)
	w.uploadSteps(sc)
	w.messageSteps(sc)
	w.controlSteps(sc)
	w.faultSteps(sc)
	w.requestSteps(sc)
}

func scenarioOf(p *godog.Scenario) Scenario {
	s := Scenario{Name: p.Name}
	for _, tag := range p.Tags {
		s.Tags = append(s.Tags, tag.Name)
	}
	return s
}

func (w *World) open(ctx context.Context, t Target, s Scenario) error {
	cloud, err := t.Open(ctx, s)
	if errors.Is(err, errEnded) {
		w.unbegun = true
		return w.Skip(errEnded.Error())
	}
	if unfit := new(NotHere); errors.As(err, unfit) {
		return w.Skip(unfit.Reason)
	}
	w.cloud = cloud
	return err
}

// close removes what the scenario made, last things first, where that is needed.
func (w *World) close(ctx context.Context, scenarioErr error) error {
	defer w.closeServers()
	if w.cloud == nil {
		return nil
	}
	var errs []error
	w.said = len(w.wire)
	if w.attempt != nil && scenarioErr == nil {
		errs = append(errs, fmt.Errorf("nothing judged what came of the last \"tries to\":\n%s", w.attempt))
	}
	if w.cloud.Lasting() {
		errs = append(errs, w.removeMade(ctx))
	}
	return errors.Join(append(errs, w.cloud.Close())...)
}

// removeMade removes what the scenario made, even when ctx has ended, until it is told to give up.
func (w *World) removeMade(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupPatience)
	defer cancel()
	if w.cleanup != nil {
		defer context.AfterFunc(w.cleanup, cancel)()
	}
	var errs []error
	for i := len(w.made) - 1; i >= 0; i-- {
		if err := w.made[i].do(ctx); err != nil {
			w.left = append(w.left, w.made[i].what)
			errs = append(errs, fmt.Errorf("removing %s: %w", w.made[i].what, err))
		}
	}
	return errors.Join(errs...)
}

// Skip ends the scenario without failing it, for a reason that the report tells.
func (w *World) Skip(reason string) error {
	w.skipped = reason
	return godog.ErrSkip
}

// remove schedules the removal of something the scenario made, told by its kind, its id and its name in the scenario.
func (w *World) remove(what string, do func(context.Context) error) {
	w.made = append(w.made, cleanup{what, do})
}

func thing(kind, id, name string) string { return fmt.Sprintf("%s %s (%q)", kind, id, name) }

// Cloud is the cloud of this scenario.
func (w *World) Cloud() Cloud { return w.cloud }

// provider is a person's client, its exchanges recorded as the service's.
func (w *World) provider(ctx context.Context, person, service string) (*gophercloud.ProviderClient, error) {
	key := person + " " + service
	if p, ok := w.clients[key]; ok {
		return p, nil
	}
	p, err := w.cloud.Client(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("authenticating %s: %w", person, err)
	}
	p.HTTPClient.Transport = wire{service: service, next: p.HTTPClient.Transport, log: &w.wire}
	w.clients[key] = p
	return p, nil
}

// BlockStorage is a person's Cinder client, at the microversion that the scenario asks for.
func (w *World) BlockStorage(ctx context.Context, person string) (*gophercloud.ServiceClient, error) {
	p, err := w.provider(ctx, person, "block-storage")
	if err != nil {
		return nil, err
	}
	c, err := openstack.NewBlockStorageV3(p, w.cloud.EndpointOpts())
	if err != nil {
		return nil, err
	}
	c.Microversion = w.microversion
	return c, nil
}

// Image is a person's Glance client.
func (w *World) Image(ctx context.Context, person string) (*gophercloud.ServiceClient, error) {
	p, err := w.provider(ctx, person, "image")
	if err != nil {
		return nil, err
	}
	return openstack.NewImageV2(p, w.cloud.EndpointOpts())
}

// Identity is a person's Keystone client.
func (w *World) Identity(ctx context.Context, person string) (*gophercloud.ServiceClient, error) {
	p, err := w.provider(ctx, person, "identity")
	if err != nil {
		return nil, err
	}
	return openstack.NewIdentityV3(p, w.cloud.EndpointOpts())
}

// last is the latest exchange.
func (w *World) last() *Exchange {
	if len(w.wire) == 0 {
		return new(Exchange)
	}
	return w.wire[len(w.wire)-1]
}

// did ends a step in which somebody asked for something. Who only "tries to" leaves the answer for the next step.
func (w *World) did(who actor, err error) error {
	if !who.tries {
		return err
	}
	var refused gophercloud.ErrUnexpectedResponseCode
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	w.attempt = w.last()
	return nil
}

// await waits for background work. look returns whether it is done and, in words, how things are.
func (w *World) await(ctx context.Context, what string, look func(context.Context) (bool, string, error)) error {
	var now string
	err := w.cloud.Await(ctx, func(ctx context.Context) (done bool, err error) {
		done, now, err = look(ctx)
		return done, err
	})
	if err != nil {
		return fmt.Errorf("waiting until %s: %w; now: %s", what, err, now)
	}
	return nil
}

// ownName is {name:boot}, which stands for the name that boot has in the cloud.
var ownName = regexp.MustCompile(`\{name:([^{}]+)\}`)

// expand replaces {boot} by the id of the volume, image or type that the scenario calls boot, and {name:boot} by its name.
func (w *World) expand(text string) string {
	text = ownName.ReplaceAllStringFunc(text, func(found string) string { return w.cloud.Unique(ownName.FindStringSubmatch(found)[1]) })
	var pairs []string
	for _, names := range []*Names{&w.Volumes, &w.Images, &w.Types, &w.Attachments, &w.Servers, &w.Others} {
		for name, id := range names.ids {
			pairs = append(pairs, "{"+name+"}", id)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Names maps the names of one kind of resource in a scenario to ids. The zero Names is empty.
type Names struct {
	ids map[string]string
}

// Set names a resource.
func (n *Names) Set(name, id string) {
	if n.ids == nil {
		n.ids = map[string]string{}
	}
	n.ids[name] = id
}

// ID is the id of the resource that the scenario calls name.
func (n *Names) ID(name string) (string, error) {
	if id, ok := n.ids[name]; ok {
		return id, nil
	}
	return "", fmt.Errorf("the scenario has not mentioned %q before", name)
}

// accepted lists the answers that steps take from gophercloud as good.
func accepted(codes ...int) *gophercloud.RequestOpts {
	if len(codes) == 0 {
		codes = []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent}
	}
	return &gophercloud.RequestOpts{OkCodes: codes}
}
