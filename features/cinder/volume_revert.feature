@cinder
Feature: Volumes go back to a snapshot
  Only to the latest one, and only while they are as large as they were when it was taken.

  Background:
    Given block storage microversion 3.59
    And an available volume "boot" of 1 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"

  @op:cinder.volumes.revert
  Scenario: Not when it has grown since
    Given I extend the volume "boot" to 2 GiB
    And the volume "boot" becomes "available"
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then it is refused as a bad request, saying "Can't revert volume {boot} to its latest snapshot {monday}. The volume size must be equal to the snapshot size."

  @op:cinder.volumes.revert
  Scenario: Not while it is in use
    Given I attach the volume "boot"
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then it is refused as a conflict, saying "Invalid volume: Can't revert volume {boot} to its latest snapshot {monday}. Volume's status must be 'available'."

  @op:cinder.volumes.revert
  Scenario: Not to a snapshot that failed
    Given the administrator sends POST "snapshots/{monday}/action" to Cinder:
      """
      {"os-reset_status": {"status": "error"}}
      """
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then it is refused as a conflict, saying "Invalid snapshot: Can't revert volume {boot} to its latest snapshot {monday}. Snapshot's status must be 'available'."

  @op:cinder.volumes.revert
  Scenario: Not by a stranger
    When a stranger tries to send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then it is refused as not found, saying "Volume {boot} could not be found."

  @op:cinder.volumes.create
  Scenario: Nothing is made of a snapshot that failed
    Given the administrator sends POST "snapshots/{monday}/action" to Cinder:
      """
      {"os-reset_status": {"status": "error"}}
      """
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "snapshot_id": "{monday}"}}
      """
    Then it is refused as a bad request, saying "Invalid snapshot: Originating snapshot status must be one of 'available' values"
