// Kinesis, DynamoDB and DynamoDB Streams with the unmodified SDK for Java: prints one JSON line per step, which the test reads.
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.extensions.annotations.DynamoDbVersionAttribute;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

class StreamsJourney {
  static String format = "CBOR";
  static String stream = "java-orders-cbor";
  static final String SHARD = "shardId-000000000000";

  public static void main(String[] arguments) throws Exception {
    kinesis(KinesisClient.builder().httpClient(ApacheHttpClient.create()).build());
    push(KinesisAsyncClient.create());
    dynamodb(DynamoDbClient.builder().httpClient(ApacheHttpClient.create()).build());
    System.setProperty("aws.cborEnabled", "false");
    format = "JSON";
    stream = "java-orders-json";
    kinesis(KinesisClient.builder().httpClient(ApacheHttpClient.create()).build());
    push(KinesisAsyncClient.create());
    System.exit(0);
  }

  static void say(String step, Object value) {
    String text = String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"");
    System.out.println("{\"step\":\"" + format + " " + step + "\",\"value\":\"" + text + "\"}");
  }

  static void kinesis(KinesisClient streams) {
    streams.createStream(r -> r.streamName(stream).shardCount(1));
    streams.waiter().waitUntilStreamExists(r -> r.streamName(stream));
    var entries = List.of("one", "zwö", "").stream()
        .map(text -> PutRecordsRequestEntry.builder().partitionKey("k").data(SdkBytes.fromUtf8String(text)).build());
    streams.putRecords(r -> r.streamName(stream).records(entries.toList()));
    var before = Instant.now().minusSeconds(60);
    var iterator = streams.getShardIterator(r -> r.streamName(stream).shardId(SHARD).shardIteratorType("AT_TIMESTAMP")
        .timestamp(before));
    var records = streams.getRecords(r -> r.shardIterator(iterator.shardIterator())).records();
    say("records", records.stream().map(record -> record.data().asUtf8String()).toList());
    say("arrived", records.stream().allMatch(record -> record.approximateArrivalTimestamp().isAfter(before)));
    try {
      streams.describeStream(r -> r.streamName("absent"));
    } catch (ResourceNotFoundException error) {
      say("absent", error.awsErrorDetails().errorMessage());
    }
  }

  static void push(KinesisAsyncClient streams) throws Exception {
    var summary = streams.describeStreamSummary(r -> r.streamName(stream)).join().streamDescriptionSummary();
    var consumer = streams.registerStreamConsumer(r -> r.streamARN(summary.streamARN()).consumerName("java")).join();
    String arn = consumer.consumer().consumerARN();
    String status;
    do {
      status = streams.describeStreamConsumer(r -> r.consumerARN(arn)).join().consumerDescription().consumerStatusAsString();
    } while (!status.equals("ACTIVE"));

    List<String> pushed = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch left = new CountDownLatch(4);
    var events = SubscribeToShardResponseHandler.Visitor.builder().onSubscribeToShardEvent(event -> {
      for (var record : event.records()) {
        pushed.add(record.data().asUtf8String());
        left.countDown();
      }
    }).build();
    CountDownLatch answered = new CountDownLatch(1);
    var subscription = streams.subscribeToShard(
        r -> r.consumerARN(arn).shardId(SHARD).startingPosition(p -> p.type("TRIM_HORIZON")),
        SubscribeToShardResponseHandler.builder().onResponse(response -> answered.countDown()).subscriber(events).build());
    answered.await(30, TimeUnit.SECONDS);
    streams.putRecord(r -> r.streamName(stream).partitionKey("k").data(SdkBytes.fromUtf8String("live"))).join();
    left.await(30, TimeUnit.SECONDS);
    say("pushed", pushed);
    try {
      streams.subscribeToShard(r -> r.consumerARN(arn).shardId(SHARD).startingPosition(p -> p.type("LATEST")),
          SubscribeToShardResponseHandler.builder().subscriber(event -> {}).build()).join();
    } catch (CompletionException error) {
      say("again", error.getCause() instanceof ResourceInUseException);
    }
    subscription.cancel(true);
  }

  @DynamoDbBean
  public static class Order {
    private String customer;
    private Integer number;
    private BigDecimal total;
    private Long version;

    @DynamoDbPartitionKey
    public String getCustomer() { return customer; }
    public void setCustomer(String value) { customer = value; }
    @DynamoDbSortKey
    public Integer getNumber() { return number; }
    public void setNumber(Integer value) { number = value; }
    public BigDecimal getTotal() { return total; }
    public void setTotal(BigDecimal value) { total = value; }
    @DynamoDbVersionAttribute
    public Long getVersion() { return version; }
    public void setVersion(Long value) { version = value; }
  }

  static Order order(int number) {
    Order order = new Order();
    order.setCustomer("c");
    order.setNumber(number);
    order.setTotal(new BigDecimal("12345678901234567890.123456789"));
    return order;
  }

  static void dynamodb(DynamoDbClient client) {
    var enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(client).build();
    DynamoDbTable<Order> orders = enhanced.table("java-orders", TableSchema.fromBean(Order.class));
    orders.createTable(r -> r.streamSpecification(s -> s.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")));
    client.waiter().waitUntilTableExists(r -> r.tableName("java-orders"));
    for (int number = 0; number < 10; number++) orders.putItem(order(number));
    Order read = orders.getItem(Key.builder().partitionValue("c").sortValue(1).build());
    say("read", read.getTotal().toPlainString());
    say("version", orders.updateItem(read).getVersion());
    try {
      orders.updateItem(read);
    } catch (ConditionalCheckFailedException error) {
      say("refused", error.awsErrorDetails().errorMessage());
    }
    var above = QueryConditional.sortGreaterThan(Key.builder().partitionValue("c").sortValue(3).build());
    say("queried", orders.query(r -> r.limit(4).queryConditional(above)).items().stream().map(Order::getNumber).toList());
    var absent = Map.of("customer", AttributeValue.fromS("nobody"), "number", AttributeValue.fromN("1"));
    try {
      client.transactWriteItems(r -> r.transactItems(
          w -> w.delete(d -> d.tableName("java-orders").key(absent)),
          w -> w.conditionCheck(c -> c.tableName("java-orders").key(key(read)).conditionExpression("attribute_not_exists(customer)"))));
    } catch (TransactionCanceledException error) {
      say("cancelled", error.cancellationReasons().stream().map(reason -> reason.code()).toList());
    }
    changes(DynamoDbStreamsClient.builder().httpClient(ApacheHttpClient.create()).build());
  }

  static Map<String, AttributeValue> key(Order order) {
    return Map.of("customer", AttributeValue.fromS(order.getCustomer()), "number", AttributeValue.fromN("" + order.getNumber()));
  }

  static void changes(DynamoDbStreamsClient changes) {
    String arn = changes.listStreams(r -> r.tableName("java-orders")).streams().get(0).streamArn();
    String shard = changes.describeStream(r -> r.streamArn(arn)).streamDescription().shards().get(0).shardId();
    String iterator = changes.getShardIterator(
        r -> r.streamArn(arn).shardId(shard).shardIteratorType("TRIM_HORIZON")).shardIterator();
    var records = changes.getRecords(r -> r.shardIterator(iterator)).records();
    var last = records.get(records.size() - 1);
    say("changes", records.size() + " " + last.eventNameAsString() + " " + last.dynamodb().newImage().get("version").n());
  }
}
