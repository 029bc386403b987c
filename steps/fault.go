package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
)

// Faulty is what a Cloud may offer beyond its API: something goes wrong in it, until remove is called. Scenarios that need
// it are tagged @control.
type Faulty interface {
	Inject(f emulator.Fault) (remove func() error, err error)
}

func (w *World) faultSteps(sc registrar) {
	step(sc, `every {string} answers {int}`, w.everyAnswers)
	step(sc, `the first {int} {string} answer {int}`, w.firstAnswer)
	step(sc, `the (\d+)(?:st|nd|rd|th) {string} answers {int}`, w.nthAnswers)
	step(sc, `Glance answers every {string} of Cinder's with {int}`, w.glanceAnswersCinder)
	step(sc, `Glance answers the first {int} {string} of Cinder's with {int}`, w.glanceAnswersCinderFirst)
	step(sc, `the connection of the next {string} breaks (before|after) the work`, w.connectionBreaks)
	step(sc, `every {string} takes {int} seconds?`, w.takesLonger)
	step(sc, `the store {string} is full after {int} bytes`, w.storeFullAfter)
	step(sc, `the store {string} breaks after {int} bytes`, w.storeBreaksAfter)
	step(sc, `the store {string} corrupts what it keeps`, w.storeCorrupts)
	step(sc, `the store {string} cannot be found`, w.storeGone)
	step(sc, `the work {string} sticks`, w.workSticks)
	step(sc, `the work {string} fails`, w.workFails)
	step(sc, `the work {string} is {int} seconds? late`, w.workIsLate)
	step(sc, `nothing goes wrong any more`, w.nothingGoesWrong)
	step(sc, `{who} creates? a volume {string} of {int} GiB and hears? nothing of it`, w.createVolumeUnheard)
	step(sc, `{who} extends? the volume {string} to {int} GiB`, w.extendVolume)
	step(sc, `(no|one) volume of the name {string} is left`, w.volumesLeft)
	step(sc, `{who} finds? the messages about the volume {string}:`, w.findsMessages)
}

// inject lets something go wrong until the scenario ends or says otherwise.
func (w *World) inject(f emulator.Fault) error {
	c, ok := w.cloud.(Faulty)
	if !ok {
		return w.Skip("needs a cloud in which things can be made to go wrong")
	}
	remove, err := c.Inject(f)
	if err == nil {
		w.faults = append(w.faults, remove)
	}
	return err
}

// everyAnswers is
//
//	Given every "cinder.volumes.create" answers 503
//
// with the service's own words for it. Operations have the names that features are tagged with.
func (w *World) everyAnswers(op string, status int) error {
	return w.inject(emulator.Fault{Op: op, Status: status})
}

// firstAnswer is
//
//	Given the first 2 "cinder.volumes.create" answer 503
func (w *World) firstAnswer(times int, op string, status int) error {
	return w.inject(emulator.Fault{Op: op, Times: times, Status: status})
}

// nthAnswers is
//
//	Given the 2nd "glance.images.upload" answers 503
//
// from now on, and no other.
func (w *World) nthAnswers(nth int, op string, status int) error {
	return w.inject(emulator.Fault{Op: op, Nth: nth, Status: status})
}

// glanceAnswersCinder is
//
//	Given Glance answers every "glance.images.upload" of Cinder's with 403
//
// and goes on answering others.
func (w *World) glanceAnswersCinder(op string, status int) error {
	return w.inject(emulator.Fault{Op: op, Caller: emulator.ByService, Status: status})
}

// glanceAnswersCinderFirst is
//
//	Given Glance answers the first 2 "glance.images.upload" of Cinder's with 503
func (w *World) glanceAnswersCinderFirst(times int, op string, status int) error {
	return w.inject(emulator.Fault{Op: op, Caller: emulator.ByService, Times: times, Status: status})
}

// connectionBreaks is
//
//	Given the connection of the next "cinder.volumes.create" breaks after the work
//
// so that all is done and nobody hears of it; "before" the work, nothing is done.
func (w *World) connectionBreaks(op, when string) error {
	return w.inject(emulator.Fault{Op: op, Times: 1, Drop: emulator.Drop(when)})
}

// takesLonger is
//
//	Given every "glance.images.upload" takes 30 seconds
//
// on the cloud's clock.
func (w *World) takesLonger(op string, seconds int) error {
	return w.inject(emulator.Fault{Op: op, Latency: time.Duration(seconds) * time.Second})
}

// storeFullAfter is
//
//	Given the store "cheap" is full after 1000 bytes
//
// of an image's data.
func (w *World) storeFullAfter(id string, bytes int) error {
	return w.inject(emulator.Fault{Store: id, Is: emulator.StoreFull, AfterBytes: int64(bytes)})
}

// storeBreaksAfter is
//
//	Given the store "cheap" breaks after 1000 bytes
//
// of an image's data.
func (w *World) storeBreaksAfter(id string, bytes int) error {
	return w.inject(emulator.Fault{Store: id, Is: emulator.StoreBroken, AfterBytes: int64(bytes)})
}

// storeCorrupts is
//
//	Given the store "cheap" corrupts what it keeps
//
// by one byte of each image.
func (w *World) storeCorrupts(id string) error {
	return w.inject(emulator.Fault{Store: id, Is: emulator.StoreCorrupt})
}

// storeGone is
//
//	Given the store "cheap" cannot be found
//
// though Glance goes on listing it.
func (w *World) storeGone(id string) error {
	return w.inject(emulator.Fault{Store: id, Is: emulator.StoreGone})
}

// workSticks is
//
//	Given the work "cinder.volume.create" sticks
//
// so that what is in a transient status stays in it, until nothing goes wrong any more.
func (w *World) workSticks(kind string) error {
	return w.inject(emulator.Fault{Job: kind, Is: emulator.JobStuck})
}

// workFails is
//
//	Given the work "cinder.volume.extend" fails
//
// in its driver.
func (w *World) workFails(kind string) error {
	return w.inject(emulator.Fault{Job: kind, Is: emulator.JobFailed})
}

// workIsLate is
//
//	Given the work "cinder.volume.create" is 30 seconds late
func (w *World) workIsLate(kind string, seconds int) error {
	return w.inject(emulator.Fault{Job: kind, Late: time.Duration(seconds) * time.Second})
}

// nothingGoesWrong is
//
//	When nothing goes wrong any more
//
// of what the scenario has made to go wrong.
func (w *World) nothingGoesWrong() error {
	var errs []error
	for _, remove := range w.faults {
		errs = append(errs, remove())
	}
	w.faults = nil
	return errors.Join(errs...)
}

// createVolumeUnheard is
//
//	When I create a volume "boot" of 1 GiB and hear nothing of it
//
// for the connection breaks. The scenario does not know the volume by its name until it finds it.
func (w *World) createVolumeUnheard(ctx context.Context, who, name string, size int) error {
	c, err := w.BlockStorage(ctx, act(who).person)
	if err != nil {
		return err
	}
	_, err = volumes.Create(ctx, c, volumes.CreateOpts{Name: w.cloud.Unique(name), Size: size}, nil).Extract()
	var answered gophercloud.ErrUnexpectedResponseCode
	switch {
	case err == nil:
		return errors.New("there was an answer")
	case errors.As(err, &answered):
		return fmt.Errorf("there was an answer: %w", err)
	}
	return nil
}

// volumesLeft is
//
//	Then one volume of the name "boot" is left
//
// in my project; the scenario knows it by that name from here on. With "no" there must be none.
func (w *World) volumesLeft(ctx context.Context, count, name string) error {
	c, err := w.BlockStorage(ctx, Member)
	if err != nil {
		return err
	}
	pages, err := volumes.List(c, volumes.ListOpts{Name: w.cloud.Unique(name)}).AllPages(ctx)
	if err != nil {
		return err
	}
	left, err := volumes.ExtractVolumes(pages)
	if err != nil {
		return err
	}
	for _, v := range left {
		w.OwnVolume(name, v.ID)
	}
	return same("how many are left", map[string]int{"no": 0, "one": 1}[count], len(left))
}

// extendVolume is
//
//	When I extend the volume "boot" to 2 GiB
func (w *World) extendVolume(ctx context.Context, who, name string, size int) error {
	person := act(who)
	c, id, err := w.volumeOf(ctx, person.person, name)
	if err != nil {
		return err
	}
	_, err = c.Post(ctx, c.ServiceURL("volumes", id, "action"), map[string]any{"os-extend": map[string]any{"new_size": size}}, nil,
		accepted(http.StatusAccepted))
	return w.did(person, err)
}

// findsMessages is
//
//	Then I find the messages about the volume "boot":
//	  | extend volume:Volume Driver failed to extend volume. | VOLUME_VOLUME_007_010 |
//
// with their events, in whatever order, and no others.
func (w *World) findsMessages(ctx context.Context, who, volume string, t *godog.Table) error {
	found, err := w.messages(ctx, act(who).person, volume)
	if err != nil {
		return err
	}
	var want, got []string
	for _, row := range t.Rows {
		if len(row.Cells) != 2 {
			return fmt.Errorf("want a table of two columns, got a row of %d", len(row.Cells))
		}
		want = append(want, row.Cells[0].Value+" | "+row.Cells[1].Value)
	}
	for _, m := range found {
		got = append(got, m.UserMessage+" | "+m.EventID)
	}
	slices.Sort(want)
	slices.Sort(got)
	return same("the messages about the volume", want, got)
}
