@cinder
Feature: Attachments
  An attachment reserves a volume, tells a host how to reach it, and says when the host has it. Since microversion 3.27 it
  does in three requests what took the actions reserve, initialize_connection and attach before.

  Background:
    Given block storage microversion 3.54
    And an available volume "boot" of 1 GiB

  @op:cinder.attachments.create @op:cinder.attachments.update @op:cinder.attachments.os-complete @op:cinder.attachments.delete
  Scenario: From the reservation to the end
    When I reserve the volume "boot" for the attachment "first"
    Then the attachment "first" is "reserved"
    And the volume "boot" is "reserved"
    When I connect a host to the attachment "first"
    Then the attachment "first" is "attaching"
    And the attachment "first" tells how to reach the volume
    And the volume "boot" is "attaching"
    When I complete the attachment "first"
    Then the attachment "first" is "attached"
    And the volume "boot" is "in-use"
    When I delete the attachment "first"
    Then the volume "boot" is "available"

  @op:cinder.attachments.create
  Scenario: One at a time
    Given I reserve the volume "boot" for the attachment "first"
    When I try to reserve the volume "boot" for the attachment "second"
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available or downloading to reserve, but the current status is reserved."

  @op:cinder.attachments.delete
  Scenario: A reservation that nobody uses
    Given I reserve the volume "boot" for the attachment "first"
    When I delete the attachment "first"
    Then the volume "boot" is "available"

  @op:cinder.attachments.create
  Scenario: A volume of somebody else's
    When a stranger tries to reserve the volume "boot" for the attachment "first"
    Then it is refused as not found, saying "Volume {boot} could not be found."

  @op:cinder.attachments.update @op:cinder.attachments.delete @op:cinder.attachments.os-complete
  Scenario: An attachment of somebody else's
    Given I reserve the volume "boot" for the attachment "first"
    When a stranger tries to connect a host to the attachment "first"
    Then it is refused as forbidden, saying "Policy doesn't allow volume:attachment_update to be performed."
    When a stranger tries to complete the attachment "first"
    Then it is refused as not found, saying "Volume {boot} could not be found."
    When a stranger tries to delete the attachment "first"
    Then it is refused as forbidden, saying "Policy doesn't allow volume:attachment_delete to be performed."

  @op:cinder.attachments.create
  Scenario: Not of a volume in error
    Given the administrator resets the status of the volume "boot" to "error"
    When I try to reserve the volume "boot" for the attachment "first"
    Then it is refused as a bad request, saying "Invalid volume: Volume attachments can not be created if the volume is in an error state. The Volume {boot} currently has a status of: error "
