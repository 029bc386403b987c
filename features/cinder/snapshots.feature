@cinder
Feature: Snapshots
  A snapshot keeps what a volume has at a moment. Volumes are made from it later, whatever has become of the volume.

  Background:
    Given block storage microversion 3.66
    And an active image "golden" with the data "hello"
    And an available volume "boot" of 1 GiB from the image "golden"

  @op:cinder.snapshots.create @op:cinder.snapshots.show
  Scenario: A snapshot is made
    When I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}", "description": "before", "metadata": {"color": "blue"}}}
      """
    Then the answer is 202
    And the answer says:
      | snapshot.status    | creating         |
      | snapshot.volume_id | {boot}           |
      | snapshot.size      | 1                |
      | snapshot.metadata  | {"color":"blue"} |
    And the snapshot "monday" becomes "available"
    When I send GET "snapshots/{monday}" to Cinder
    Then the answer says:
      | snapshot.name                                  | {name:monday} |
      | snapshot.description                           | before        |
      | snapshot.user_id                               | {my user}     |
      | snapshot.group_snapshot_id                     | null          |
      | snapshot.os-extended-snapshot-attributes:progress | 100%          |

  @op:cinder.volumes.create
  Scenario: A volume of a snapshot
    Given I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I create "again" by POST "volumes" to Cinder:
      """
      {"volume": {"name": "{name:again}", "snapshot_id": "{monday}"}}
      """
    Then the volume "again" becomes "available"
    When I send GET "volumes/{again}" to Cinder
    Then the answer says:
      | volume.snapshot_id                    | {monday} |
      | volume.size                           | 1        |
      | volume.bootable                       | true     |
      | volume.volume_image_metadata.image_id | {golden} |

  @op:cinder.volumes.create @glance @slow
  Scenario: The bytes of the moment
    Given I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    And I create "again" by POST "volumes" to Cinder:
      """
      {"volume": {"name": "{name:again}", "snapshot_id": "{monday}"}}
      """
    And the volume "again" becomes "available"
    When I upload the volume "again" to an image "copy"
    And the upload ends
    Then the image "copy" holds the data "hello" and zeros up to 1 GiB

  @op:cinder.volumes.create
  Scenario: Not a smaller one
    Given an available volume "large" of 2 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{large}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "snapshot_id": "{monday}"}}
      """
    Then it is refused as a bad request, saying "Invalid input received: Volume size '1'GB cannot be smaller than the snapshot size 2GB. They must be >= original snapshot size."

  @op:cinder.snapshots.create
  Scenario: Of a volume in use, for who insists, or from microversion 3.66
    Given I attach the volume "boot"
    When I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    Then the answer is 202
    And the snapshot "monday" becomes "available"
    Given block storage microversion 3.65
    When I try to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}"}}
      """
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available, but current status is: in-use."
    When I create "tuesday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:tuesday}", "force": true}}
      """
    Then the answer is 202
    And the snapshot "tuesday" becomes "available"

  @op:cinder.snapshots.create
  Scenario: Nobody needs to insist any more
    When I try to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "force": false}}
      """
    Then it is refused as a bad request, saying:
      """
      Since microversion 3.66 the 'force' flag is invalid for this request.  For backward compatability, however, when the 'force' flag is passed with a value evaluating to True, it is silently ignored.
      """

  @op:cinder.snapshots.create
  Scenario: A volume of somebody else's
    When a stranger tries to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}"}}
      """
    Then it is refused as not found, saying "Volume {boot} could not be found."

  @op:cinder.snapshots.create
  Scenario: A volume in error
    Given the administrator resets the status of the volume "boot" to "error"
    When I try to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}"}}
      """
    Then it is refused as a bad request, saying "Invalid volume: The snapshot cannot be created when the volume is in error status."

  @op:cinder.snapshots.update @op:cinder.snapshots.metadata.update @op:cinder.snapshots.metadata.delete
  Scenario: What is changed of it
    Given I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}", "metadata": {"color": "blue"}}}
      """
    And the snapshot "monday" becomes "available"
    When I send PUT "snapshots/{monday}" to Cinder:
      """
      {"snapshot": {"description": "after"}}
      """
    And I send PUT "snapshots/{monday}/metadata" to Cinder:
      """
      {"metadata": {"shape": "round", "size": "small"}}
      """
    And I send DELETE "snapshots/{monday}/metadata/size" to Cinder
    And I send GET "snapshots/{monday}" to Cinder
    Then the answer says:
      | snapshot.name        | {name:monday}     |
      | snapshot.description | after             |
      | snapshot.metadata    | {"shape":"round"} |

  @op:cinder.snapshots.delete
  Scenario: It is deleted
    Given I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When a stranger tries to send DELETE "snapshots/{monday}" to Cinder
    Then it is refused as not found, saying "Snapshot {monday} could not be found."
    When I send DELETE "snapshots/{monday}" to Cinder
    Then the answer is 202
    And the snapshot "monday" disappears

  @op:cinder.snapshots.os-reset_status @op:cinder.snapshots.delete
  Scenario: Not while something happens to it
    Given I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When the administrator sends POST "snapshots/{monday}/action" to Cinder:
      """
      {"os-reset_status": {"status": "creating"}}
      """
    And I try to send DELETE "snapshots/{monday}" to Cinder
    Then it is refused as a bad request, saying "Invalid snapshot: Snapshot status must be available or error and must not be part of a group."
    When the administrator sends POST "snapshots/{monday}/action" to Cinder:
      """
      {"os-force_delete": {}}
      """
    Then the snapshot "monday" disappears
